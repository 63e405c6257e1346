// From WebAssembly text to a running kernel, and what the engine at hand can do. Nothing here runs before the first use.

import compile from 'watr/compile';
import { arenaMemory } from './memory.ts';

/** The magic number and version of a module. */
const HEADER = [0, 97, 115, 109, 1, 0, 0, 0];
/** (func (result v128) (i8x16.splat (i32.const 0))), assembled: asking should not need the assembler. */
// biome-ignore format: bytes
const SIMD = [1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11];
/** (func (param v128) (result v128) (f32x4.relaxed_madd (local.get 0) (local.get 0) (local.get 0))) */
// biome-ignore format: bytes
const RELAXED = [1, 6, 1, 96, 1, 123, 1, 123, 3, 2, 1, 0, 10, 13, 1, 11, 0, 32, 0, 32, 0, 32, 0, 253, 133, 2, 11];

/** A function that a module exports: addresses, counts and flags in, at most a number out. */
export type Kernel = (...parameters: number[]) => number;

let simd: boolean | undefined;
let relaxed: boolean | undefined;

/** Whether this engine runs WebAssembly with 128-bit vectors. */
export function hasSimd(): boolean {
  simd ??= accepts(SIMD);
  return simd;
}

/** Whether it has the fused multiply-add of relaxed SIMD. */
export function hasFusedMultiplyAdd(): boolean {
  relaxed ??= accepts(RELAXED);
  return relaxed;
}

/**
 * Assembles the fields of a module (functions, globals) around the memory of the arena, and returns the exported
 * functions by name. Takes milliseconds: once per kernel, never per call.
 */
export function instantiate<Name extends string>(
  fields: string,
  names: readonly Name[],
): Readonly<Record<Name, Kernel>> {
  const memory = arenaMemory();
  const text = `(module (import "arena" "memory" (memory 1 65536)) ${fields})`;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(assemble(text)), {
    arena: { memory },
  });
  const kernels = names.map(name => {
    const kernel = exports[name];
    if (typeof kernel !== 'function') throw new TypeError(`the module exports no function ${name}`);
    return [name, kernel];
  });
  return Object.fromEntries(kernels);
}

function accepts(sections: readonly number[]): boolean {
  if (typeof WebAssembly !== 'object') return false;
  return WebAssembly.validate(new Uint8Array([...HEADER, ...sections]));
}

function assemble(text: string): Uint8Array<ArrayBuffer> {
  return compile(text);
}
