// A program and the numbers of its leaves as a part of an address, and back. What comes back may be anything.

/** Numbers in place of those of a program, by leaf; of a tensor all elements in order. */
export type LeafValues = Readonly<Record<string, number | readonly number[]>>;

/** The longest program that an address may hold, in characters, as the program itself may be. */
const MOST_CHARACTERS = 20_000;
const MOST_LEAVES = 500;
const MOST_NUMBERS = 10_000;

/** A program as base64url of its UTF-8. */
export function encodeProgram(program: string): string {
  let bytes = '';
  for (const byte of new TextEncoder().encode(program)) bytes += String.fromCharCode(byte);
  return btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** The program of an address; undefined where there is none, or none that could be one. */
export function decodeProgram(text: string): string | undefined {
  if (!/^[\w-]+$/.test(text) || text.length > 6 * MOST_CHARACTERS) return undefined;
  try {
    const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    const utf8 = Uint8Array.from(bytes, character => character.charCodeAt(0));
    const program = new TextDecoder('utf-8', { fatal: true }).decode(utf8);
    return program.length > MOST_CHARACTERS ? undefined : program;
  } catch {
    return undefined;
  }
}

/** `w1:0.2,x:1_2_3_`: a list ends with a line, so that one of a single number is told from a number. */
export function encodeValues(values: LeafValues): string {
  return Object.entries(values)
    .map(
      ([name, x]) => `${encodeURIComponent(name)}:${typeof x === 'number' ? x : `${x.join('_')}_`}`,
    )
    .join(',');
}

/** The numbers of an address, by leaf; what is no number, or too much, is left out. */
export function decodeValues(text: string): LeafValues {
  const values = new Map<string, number | readonly number[]>();
  let left = MOST_NUMBERS;
  for (const part of text.split(',').slice(0, MOST_LEAVES)) {
    const [, coded, list] = /^([^:]+):(.+)$/.exec(part) ?? [];
    const name = coded === undefined ? undefined : decoded(coded);
    if (name === undefined || list === undefined) continue;
    const isList = list.endsWith('_');
    const parts = (isList ? list.slice(0, -1) : list).split('_', left + 1);
    const numbers = parts.map(number => (number === '' ? Number.NaN : Number(number)));
    left -= numbers.length;
    if (left < 0) break;
    const [first = Number.NaN] = numbers;
    if (!numbers.every(Number.isFinite)) continue;
    values.set(name, isList ? numbers : first);
  }
  return Object.fromEntries(values);
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
