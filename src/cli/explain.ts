// `seegrad explain`: a formula, its value, its derivatives, and the backward pass that computes them.

import { type Formula, readFormula } from '../formula/formula.ts';
import { didYouMean } from '../formula/suggest.ts';
import { Expression, symbol, toTraceNumber } from '../index.ts';
import type { Arguments } from './arguments.ts';
import { checkVariables, listed, readAssignments } from './assignments.ts';
import { harmless } from './caret.ts';
import { type Command, UsageError, VIEWER_OPTIONS } from './command.ts';
import { type Derivative, derivativeName, type Explanation, explain } from './explanation.ts';
import { counted, exact } from './numbers.ts';
import { passLines, tellInFull } from './pass.ts';
import { type Style, styleOf, type Terminal, wrapFormula } from './terminal.ts';
import { showTrace } from './viewer.ts';

/** A formula with more operations than this is not printed: it is replaced by their number. */
const LONGEST = 120;
/** Steps of the backward pass that are printed. */
const MOST_STEPS = 60;

/** The command. */
export const explainCommand: Command = {
  name: 'explain',
  summary: 'explain the derivative of a formula, step by step',
  usage: 'EXPRESSION [NAME=VALUE …] [OPTION …]',
  about: [
    'Prints the value of an expression, its derivative as a formula and as a number, and the backward pass ' +
      'that computes it. Put the expression in quotes.',
    'An expression is made of numbers, names, + - * / ^ (or **), parentheses, comparisons, the constants ' +
      'pi and e, and the functions of seegrad, such as sin, exp, log, sqrt, sigmoid, max.',
  ],
  options: [
    {
      name: 'wrt',
      value: 'NAMES',
      about: 'differentiate by these variables only, such as x or x,y',
    },
    { name: 'order', value: 'N', about: 'derivatives up to this order (1)' },
    { name: 'latex', about: 'print the formulas as LaTeX' },
    { name: 'json', about: 'print everything as JSON' },
    { name: 'view', about: 'open the viewer on this backward pass' },
    ...VIEWER_OPTIONS,
  ],
  examples: [
    'seegrad explain "sin(x^2)" x=1.5',
    'seegrad explain "sigmoid(w*x + b)" w=0.5 x=2 b=-1 --wrt w,b',
    'seegrad explain "exp(-x^2/2)" x=1 --order 3 --latex',
  ],
  run: runExplain,
};

async function runExplain(given: Arguments, terminal: Terminal): Promise<number> {
  const [text, ...assignments] = given.positional;
  if (text === undefined) {
    throw new UsageError(`explain needs an expression; try ${explainCommand.examples[0]}`);
  }
  const order = given.integer('order', 1, Number.MAX_SAFE_INTEGER) ?? 1;
  const variables = readAssignments(assignments);
  const formula = readFormula(text, new Set(variables.keys()));
  checkVariables(formula, variables);
  const wrt = wantedVariables(given.text('wrt'), formula, variables);
  const explanation = explain({ formula, variables, wrt, order });
  if (given.has('json')) terminal.out(asJson(explanation));
  else if (given.has('latex')) terminal.out(asLatex(explanation));
  else terminal.out(asText(explanation, styleOf(terminal)));
  if (!given.has('view')) return 0;
  if (explanation.trace.passes.length === 0) {
    throw new UsageError('there is no backward pass to view: the expression does not vary');
  }
  return showTrace({ trace: explanation.trace }, given, terminal);
}

/** The variables to differentiate by: those asked for, or all in order of appearance. */
function wantedVariables(
  asked: string | undefined,
  formula: Formula,
  variables: ReadonlyMap<string, number>,
): string[] {
  const all = [...formula.names.keys()].filter(name => variables.has(name));
  if (asked === undefined) return all;
  const wanted = asked.split(',').map(name => name.trim());
  for (const name of wanted) {
    if (all.includes(name)) continue;
    const list =
      all.length === 0 ? 'it has none' : `there ${all.length === 1 ? 'is' : 'are'} ${listed(all)}`;
    const hint = didYouMean(name, all) || `; ${list}`;
    throw new UsageError(`--wrt: the expression has no variable "${harmless(name)}"${hint}`);
  }
  return [...new Set(wanted)];
}

function asText(explanation: Explanation, style: Style): string {
  const { name, expression, value, variables, derivatives, trace } = explanation;
  const point = [...variables].map(([variable, x]) => `${variable} = ${exact(x)}`).join(', ');
  const lines = [
    '',
    ...wrapFormula(`${name} = ${shown(expression)}`, 2),
    ...(point === '' ? [] : wrapFormula(`at ${point}`, 2)),
    '',
    style.bold('  Value'),
    `    ${name} = ${style.accent(exact(value))}`,
    '',
  ];
  if (derivatives.length === 0) {
    return [...lines, '  There is no variable to differentiate by.', ''].join('\n');
  }
  lines.push(style.bold(derivatives.length === 1 ? '  Derivative' : '  Derivatives'));
  for (const derivative of derivatives) lines.push(...derivativeLines(name, derivative, style));
  lines.push('');
  if (trace.passes.length === 0) {
    lines.push(`  ${name} does not vary here: there is nothing to go back through.`, '');
  }
  for (const pass of trace.passes) {
    const story = tellInFull(trace, pass);
    lines.push(
      `${style.bold(`  Backward pass from ${story.root}`)} ${style.dim(`(${counted(story.steps.length, 'step')})`)}`,
      '',
      ...passLines(story, style, MOST_STEPS),
      '',
    );
  }
  return lines.join('\n');
}

function derivativeLines(
  name: string,
  { wrt, expression, value }: Derivative,
  style: Style,
): string[] {
  const head = derivativeName(name, wrt);
  const number = style.accent(exact(value));
  const formula = shown(expression);
  // A constant derivative is its own formula.
  if (formula === exact(value)) return [`    ${head} = ${number}`];
  return [...wrapFormula(`${head} = ${formula}`, 4), `    ${' '.repeat(head.length)} = ${number}`];
}

function shown(expression: Explanation['expression'] | undefined): string {
  if (expression === undefined) return '(a formula too long to be read)';
  if (expression.size <= LONGEST) return String(expression);
  return `(a formula of ${counted(expression.size, 'operation')})`;
}

function asLatex({ name, expression, value, derivatives }: Explanation): string {
  const lines = [`${name} = ${latexOf(expression)} = ${latexNumber(value)}`];
  for (const { wrt, expression: derivative, value: x } of derivatives) {
    const formula = derivative === undefined ? '\\ldots' : latexOf(derivative);
    lines.push(`${latexDerivative(name, wrt)} = ${formula} = ${latexNumber(x)}`);
  }
  return `${lines.join('\n')}\n`;
}

function latexOf(expression: Explanation['expression']): string {
  return expression.size > 20 * LONGEST
    ? '\\ldots'
    : expression.toLatex().replaceAll('\\mathrm{pi}', '\\pi');
}

function symbolLatex(name: string): string {
  return symbol(name).toLatex();
}

function latexNumber(x: number): string {
  return new Expression(null, [], null, x).toLatex();
}

/** ∂ⁿy/∂x∂z as a fraction. */
function latexDerivative(name: string, wrt: readonly string[]): string {
  const order = wrt.length === 1 ? '' : `^{${wrt.length}}`;
  const counts = new Map<string, number>();
  for (const variable of wrt) counts.set(variable, (counts.get(variable) ?? 0) + 1);
  const below = [...counts].map(
    ([variable, n]) => `\\partial ${symbolLatex(variable)}${n === 1 ? '' : `^{${n}}`}`,
  );
  return `\\frac{\\partial${order} ${name}}{${below.join(' \\, ')}}`;
}

function asJson({
  formula,
  name,
  expression,
  value,
  variables,
  derivatives,
  trace,
}: Explanation): string {
  const report = {
    expression: formula.text,
    variables: [...variables].map(([variable, x]) => ({ name: variable, value: toTraceNumber(x) })),
    name,
    text: expression.toString(),
    latex: latexOf(expression),
    value: toTraceNumber(value),
    derivatives: derivatives.map(derivative => ({
      name: derivativeName(name, derivative.wrt),
      wrt: derivative.wrt,
      text: derivative.expression?.toString() ?? null,
      latex: derivative.expression === undefined ? null : latexOf(derivative.expression),
      value: toTraceNumber(derivative.value),
    })),
    passes: trace.passes.map(pass => tellInFull(trace, pass)),
  };
  return `${JSON.stringify(report, (_, x: unknown) => (typeof x === 'number' ? toTraceNumber(x) : x), 2)}\n`;
}
