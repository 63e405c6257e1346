// The engine behind the page, in a thread of its own: whatever a program does, the page stays alive and can end it.

import type { PlayAnswer, PlayRequest } from './result.ts';
import { problemOf, runProgram } from './run.ts';

addEventListener('message', ({ data }: MessageEvent<PlayRequest>) => {
  postMessage(answer(data));
});

function answer({ id, program, options }: PlayRequest): PlayAnswer {
  try {
    return { id, result: runProgram(program, options) };
  } catch (error) {
    return { id, problem: problemOf(error) };
  }
}
