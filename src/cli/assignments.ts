// The variables of a formula as they are given on the command line: x=1.5, w=-2e3, a=pi/4.

import { FormulaError, type Span } from '../formula/error.ts';
import { CONSTANTS, type Formula, readFormula } from '../formula/formula.ts';
import { didYouMean } from '../formula/suggest.ts';
import { harmless } from './caret.ts';
import { UsageError } from './command.ts';

const ASSIGNMENT = /^\s*([^\s=]+)\s*=(.*)$/s;
const NAME = /^[\p{L}_$][\p{L}\p{M}\p{N}_$]*$/u;

/**
 * Reads `NAME=VALUE` arguments. A value may be an expression of constants.
 *
 * @throws UsageError, FormulaError
 */
export function readAssignments(args: readonly string[]): Map<string, number> {
  const values = new Map<string, number>();
  for (const arg of args) {
    const [, name, text] = ASSIGNMENT.exec(arg) ?? [];
    if (name === undefined || text === undefined) {
      throw new UsageError(
        `"${harmless(arg)}" is no variable; give them as NAME=VALUE, and put the expression in quotes`,
      );
    }
    if (!NAME.test(name)) {
      throw new UsageError(`"${harmless(name)}" cannot be the name of a variable`);
    }
    if (values.has(name)) throw new UsageError(`${harmless(name)} is given twice`);
    if (text.trim() === '') {
      throw new UsageError(`${harmless(name)} is given no value; write ${harmless(name)}=1.5`);
    }
    values.set(name, constantValue(text, name));
  }
  return values;
}

function constantValue(text: string, variable: string): number {
  const formula = readFormula(text);
  for (const name of formula.names.keys()) {
    if (CONSTANTS.has(name)) continue;
    throw new UsageError(
      `the value of ${harmless(variable)} must be a number, got "${harmless(text)}"`,
    );
  }
  const value = formula.run(CONSTANTS);
  if (typeof value !== 'number') throw new Error('constants gave something other than a number');
  return value;
}

/**
 * Checks that every name in the formula has a value and every given variable is used.
 *
 * @returns the names of the formula that are constants.
 * @throws FormulaError, UsageError
 */
export function checkVariables(formula: Formula, given: ReadonlyMap<string, number>): string[] {
  const constants: string[] = [];
  const missing: [string, Span][] = [];
  for (const [name, at] of formula.names) {
    if (given.has(name)) continue;
    if (CONSTANTS.has(name)) constants.push(name);
    else missing.push([name, at]);
  }
  const unused = [...given.keys()].filter(name => !formula.names.has(name));
  const [first] = missing;
  if (first !== undefined) {
    const names = missing.map(([name]) => harmless(name));
    const example = missing.map(([name]) => `${harmless(name)}=1`).join(' ');
    const known = [...unused, ...CONSTANTS.keys()];
    const hint = missing.length === 1 ? didYouMean(first[0], known) : '';
    throw new FormulaError(
      `${listed(names)} ${names.length === 1 ? 'has no value' : 'have no values'}; ` +
        `add ${example} after the expression${hint}`,
      formula.text,
      first[1],
    );
  }
  if (unused.length > 0) {
    const names = unused.map(harmless);
    throw new UsageError(
      `the expression does not use ${listed(names)}; leave ${names.length === 1 ? 'it' : 'them'} out`,
    );
  }
  return constants;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
}
