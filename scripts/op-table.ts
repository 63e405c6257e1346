// Writes docs/ops.md, the table of ops, from the declarations: `node --import tsx scripts/op-table.ts`.

import { writeFileSync } from 'node:fs';
import { traceOp } from '../src/autograd/trace-op.ts';
import {
  differentiate,
  Expression,
  ops,
  type PublicOp,
  symbol,
  type Tensor,
  type TensorOp,
  tensorOps,
} from '../src/index.ts';

/** A template of an op with the names of its inputs put in. */
function filled(op: PublicOp, template: string): string {
  return template
    .replace(/\{#(\d+|y)\}/g, (_, slot: string) =>
      slot === 'y' ? 'y' : (op.op.inputs[Number(slot)] ?? '?'),
    )
    .replace(/\|/g, '\\|');
}

function call(op: PublicOp): string {
  const names = Object.keys(op.op.options);
  const plain = op.op.inputs.slice(0, op.op.inputs.length - names.length);
  const given = names.length === 0 ? '' : `, { ${names.join(', ')} }`;
  return `\`${op.op.name}(${plain.join(', ')}${given})\``;
}

function row(op: PublicOp): string {
  const { text, partials } = traceOp(op.op);
  const rules = partials
    .map((partial, k) => `∂/∂${op.op.inputs[k]} = ${filled(op, partial.text)}`)
    .join('<br>');
  const derivative = op.op.differentiable ? rules : 'none: takes no gradient';
  const torch = op.declaration.torch === undefined ? '' : `\`${op.declaration.torch}\``;
  return `| ${call(op)} | ${filled(op, text)} | ${derivative} | ${torch} |`;
}

function table(list: readonly PublicOp[]): string {
  return ['| op | value | derivative | PyTorch |', '|---|---|---|---|', ...list.map(row)].join(
    '\n',
  );
}

function show(x: number): string {
  return String(Number(x.toPrecision(6)))
    .replace('-', '−')
    .replace('Infinity', '∞');
}

function conventions(list: readonly PublicOp[]): string {
  const rows = list.flatMap(op =>
    (op.declaration.conventions ?? []).map(({ at, partials, because }) => {
      const place = op.op.inputs.map(
        (name, k) => `${name} = ${show(at[k] ?? op.op.options[name] ?? 0)}`,
      );
      return `| \`${op.op.name}\` | ${place.join(', ')} | ${partials.map(show).join(', ')} | ${because} |`;
    }),
  );
  return ['| op | where | derivatives | why |', '|---|---|---|---|', ...rows].join('\n');
}

function parts(list: readonly PublicOp[]): string {
  const rows = list.map(
    op => `| ${call(op)} | ${op.declaration.about} | \`${op.declaration.partOf}\` |`,
  );
  return ['| op | what it is | part of |', '|---|---|---|', ...rows].join('\n');
}

/** A tensor op run on symbols: what it is written as, and what it hands to each input that takes a gradient. */
function formulas({ samples }: TensorOp): string {
  for (const { inputs, call } of samples) {
    const names = inputs.length === 1 ? ['x'] : ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const symbols = inputs.map(({ shape }, k) => symbol(names[k] ?? `x${k}`, { shape }));
    try {
      const y = call(...(symbols as unknown as Tensor[])) as unknown;
      if (!(y instanceof Expression) || y.shape === null || y.size > 12) continue;
      const cotangent = symbol('g', { shape: y.shape });
      const rules = inputs.flatMap(({ dtype }, k) => {
        if (dtype === 'int32' || dtype === 'bool') return [];
        const name = names[k] ?? `x${k}`;
        return [`${name}: ${String(differentiate(y, name, { cotangent }))}`];
      });
      if (rules.some(rule => rule.includes('…') || rule.length > 160)) continue;
      return rules.join('<br>').replaceAll('|', '\\|');
    } catch {
      // An op that looks at the elements of an operand cannot be read with symbols.
    }
  }
  return '';
}

function tensorTable(list: readonly TensorOp[]): string {
  const rows = list.map(op => {
    const torch = op.torch === undefined ? '' : `\`${op.torch}\``;
    const rule = op.differentiable === false ? 'none: takes no gradient' : formulas(op);
    return `| \`${op.name}\` | ${op.about} | ${rule} | ${torch} |`;
  });
  return ['| op | what it is | hands on | PyTorch |', '|---|---|---|---|', ...rows].join('\n');
}

/** The page. */
export function opTable(): string {
  const all = [...ops.values()];
  const main = all.filter(op => op.declaration.partOf === undefined);
  return `# The ops

Made from the declarations in \`src/ops\` by \`node --import tsx scripts/op-table.ts\`; do not edit by hand.

Every op takes numbers, Values, Tensors and Expressions and returns the same kind; it is a function (\`sin(x)\`) and a method
(\`x.sin()\`; not \`where\`, whose first operand is the condition). Value and first derivative are within 4 ulp of the true value over the whole
domain (next to a zero crossing of the function: 4 ulp of its terms there), tested against values computed with hundreds of digits.
The derivatives below read as in a textbook; what is computed is a form of the same that is stable in the tails.

${table(main)}

## Conventions at kinks and steps

Where a function has no derivative, or none that is finite, this is what the engine uses.

${conventions(all)}

A selection (${main
    .filter(op => op.op.selects)
    .map(op => `\`${op.op.name}\``)
    .join(
      ', ',
    )}) stops whatever gradient comes from above where its derivative is 0, even NaN or ∞; in
an ordinary product 0 · ∞ is NaN, as in PyTorch.

## Parts of rules

Slopes and other pieces that the rules above are made of; each exists because the sum or product that it stands for would lose digits.

${parts(all.filter(op => op.declaration.partOf !== undefined))}

## Ops on whole tensors

All ops above work on Tensors element by element, with broadcasting. These take whole tensors; names, arguments and results are PyTorch's in
camelCase, options in an object that comes last. What each hands to its inputs from the cotangent g of its result is read off the
declarations by running them on symbols (nothing stands where a rule looks at the elements themselves).

${tensorTable([...tensorOps.values()])}
`;
}

if (process.argv[1]?.endsWith('op-table.ts')) {
  writeFileSync(new URL('../docs/ops.md', import.meta.url), opTable());
}
