// The names in a derivation: how each node of a graph is written, and the number or tensor behind every name.

import { GraphFreedError } from './errors.ts';
import { type Expression, numberExpression, symbol, term } from './expression.ts';
import { opOf, reachable } from './sweep.ts';
import type { Chunk, Node } from './tape.ts';
import { constantTensor, noteOfTensor, Tensor } from './tensor.ts';
import { noteOf, type Value } from './value.ts';

/** An unnamed node whose formula would be longer than this many ops gets a name of its own. */
const LONG = 40;

/** How each node is written: by its name, or by its formula in named nodes. */
export class Names {
  /** The number or tensor behind each name. */
  readonly numbers: Record<string, number | Tensor> = Object.create(null) as Record<
    string,
    number | Tensor
  >;
  /** Nodes that go by a name, in order of creation, with their formulas; by chunk and row. */
  readonly defined: { name: string; formula: Expression; chunk: Chunk; row: number }[] = [];
  lossName: string;
  private readonly rows = new Map<number, Map<number, Expression>>();
  private readonly leaves = new Map<unknown, Expression>();
  private readonly taken = new Map<string, number>();

  constructor(loss: Value | Tensor, leaf: Value | Tensor) {
    this.lossName = loss.name ?? 'y';
    const graph = reachable(loss);
    // Names that the user gave come first, so that none is taken by a node without one.
    for (const { chunk, rows } of graph) {
      for (const row of rows) {
        for (const leaf of this.leavesOf(chunk, row)) this.enterLeaf(leaf.node, leaf.value, true);
      }
    }
    for (const { chunk, rows } of graph) {
      const here = new Map<number, Expression>();
      this.rows.set(chunk.serial, here);
      for (const row of rows) {
        for (const leaf of this.leavesOf(chunk, row)) this.enterLeaf(leaf.node, leaf.value, false);
        const formula = term(opOf(chunk, row), this.inputs(chunk, row), this.params(chunk, row));
        const isLoss = chunk === loss.chunk && row === loss.row;
        const given = chunk.notes.get(row)?.name ?? (isLoss ? this.lossName : undefined);
        const isTarget = chunk === leaf.chunk && row === leaf.row;
        const name = given ?? (isTarget || formula.size > LONG ? 't' : undefined);
        if (name === undefined) {
          here.set(row, formula);
          continue;
        }
        const unique = this.enter(name, heldBy(chunk, row), given === undefined);
        // A loss without a name of its own is y on the left of an equation, its formula on the right.
        const unnamed = isLoss && loss.name === undefined && formula.size <= LONG;
        here.set(row, unnamed ? formula : this.symbolFor(unique));
        if (isLoss) this.lossName = unique;
        this.defined.push({ name: unique, formula, chunk, row });
      }
    }
  }

  /** How a row is written. */
  of(chunk: Chunk, row: number): Expression {
    return this.rows.get(chunk.serial)?.get(row) as Expression;
  }

  /** The plain parameters of the op of a row. */
  params(chunk: Chunk, row: number): unknown {
    return chunk.payloads?.[row]?.params;
  }

  /** How the inputs of a row are written. */
  inputs(chunk: Chunk, row: number): Expression[] {
    const inputs: Expression[] = [];
    const end = chunk.first[row + 1] as number;
    for (let edge = chunk.first[row] as number; edge < end; edge++) {
      const input = chunk.edges[edge] as number;
      inputs.push(input >= 0 ? this.of(chunk, input) : this.external(chunk, ~input));
    }
    return inputs;
  }

  private external(chunk: Chunk, k: number): Expression {
    const place = chunk.placeAt(k);
    if (place !== undefined) return this.rows.get(place.serial)?.get(place.row) as Expression;
    const leaf = chunk.leafAt(k);
    if (leaf === undefined) return numberExpression(chunk.externalValues[k] as number);
    return this.leaves.get(leaf.leaf) as Expression;
  }

  /** The name of a leaf or of a named row. */
  leafName(node: Value | Tensor): string {
    const known =
      node.chunk === null
        ? this.leaves.get(node.leaf)
        : this.rows.get(node.chunk.serial)?.get(node.row);
    return known?.symbol ?? node.name ?? 'x';
  }

  private leavesOf(chunk: Chunk, row: number): { node: Node; value: number | Tensor }[] {
    const found: { node: Node; value: number | Tensor }[] = [];
    const end = chunk.first[row + 1] as number;
    for (let edge = chunk.first[row] as number; edge < end; edge++) {
      const input = chunk.edges[edge] as number;
      const external = input >= 0 ? undefined : chunk.leafAt(~input);
      if (external === undefined) continue;
      const value =
        external instanceof Tensor ? external : (chunk.externalValues[~input] as number);
      found.push({ node: external, value });
    }
    return found;
  }

  private enterLeaf(node: Node, value: number | Tensor, named: boolean): void {
    if (this.leaves.has(node.leaf)) return;
    const { name } = node instanceof Tensor ? noteOfTensor(node) : noteOf(node as Value);
    if (named !== (name !== undefined)) return;
    const unique = this.enter(name ?? 'x', value, name === undefined);
    this.leaves.set(node.leaf, this.symbolFor(unique));
  }

  private symbolFor(name: string): Expression {
    const known = this.numbers[name];
    return known instanceof Tensor ? symbol(name, { shape: known.shape }) : symbol(name);
  }

  /** Enters a name, with a number behind it where it is taken (h, h_2, h_3) or made up (t1, t2). */
  private enter(name: string, value: number | Tensor, numbered: boolean): string {
    let unique = numbered ? `${name}1` : name;
    for (let n = this.taken.get(name) ?? 2; Object.hasOwn(this.numbers, unique); n++) {
      unique = numbered ? `${name}${n}` : `${name}_${n}`;
      this.taken.set(name, n + 1);
    }
    this.numbers[unique] = value;
    return unique;
  }
}

/** What a row holds. */
function heldBy(chunk: Chunk, row: number): number | Tensor {
  if (chunk.payloads === null) return chunk.values[row] as number;
  const payload = chunk.payloads[row];
  if (payload !== undefined) return constantTensor(payload.array);
  throw new GraphFreedError(
    'derive: the tensors of this graph were freed by a backward pass; derive first, or pass { retainGraph: true } to it',
  );
}
