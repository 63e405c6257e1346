// Ops on tensors: their values, and the rows of the tape that remember them.

import { type NDArray, scalarArray } from '../ndarray/array.ts';
import { bytesOf, type DType, isFloat, resultType } from '../ndarray/dtype.ts';
import { mapArrays } from '../ndarray/map.ts';
import { broadcastShapes } from '../ndarray/shape.ts';
import { modes } from './modes.ts';
import { KIND, type Kind, type Op, type Operand, provideTensors } from './op.ts';
import { type Chunk, connect, type Home, LEAF, tensorChunkFor } from './tape.ts';
import { constantTensor, noteOfTensor, Tensor, type TensorLeaf } from './tensor.ts';
import { type Leaf, placeOf, Value } from './value.ts';

/** What can go into a tensor op. */
type Input = number | Value | Tensor;

const kind: Kind = {
  name: 'Tensor',
  rank: 2,
  apply(op, operands, params) {
    const inputs = operands as readonly Input[];
    const array =
      op.structure === null
        ? elementwise(op, inputs)
        : op.structure.kernel(inputs.map(arrayOf), params);
    return recordTensor(op, inputs, array, params);
  },
};
Object.defineProperty(Tensor.prototype, KIND, { value: kind });
provideTensors(kind);

/** An operand as a plain array: numbers and values are float64 of no dimensions. */
export function arrayOf(operand: Operand): NDArray {
  if (operand instanceof Tensor) return operand.array;
  return scalarArray(numberOf(operand as number | Value), 'float64');
}

function numberOf(x: number | Value): number {
  return typeof x === 'number' ? x : x.data;
}

function elementwise(op: Op, inputs: readonly Input[]): NDArray {
  const arrays = inputs.map(x => (x instanceof Tensor ? x.array : numberOf(x)));
  const shapes = inputs.map(x => (x instanceof Tensor ? x.shape : []));
  const dtype = dtypeOf(op, inputs);
  const special = dtype === 'float32' ? op.single : dtype === 'int32' ? op.whole : undefined;
  const rule = special ?? op.forward;
  return mapArrays(rule, arrays, broadcastShapes(op.name, shapes), dtype);
}

/** Element type of the result of an elementwise op. */
function dtypeOf(op: Op, inputs: readonly Input[]): DType {
  if (op.result === 'bool') return 'bool';
  const typed = op.condition ? inputs.slice(1) : inputs;
  const dtype = resultType(
    typed.map(x =>
      x instanceof Tensor
        ? { dtype: x.dtype, dims: x.ndim, whole: false }
        : { dtype: null, dims: 0, whole: typeof x === 'number' && fitsInt32(x) },
    ),
    modes.float,
  );
  return op.result === 'float' && !isFloat(dtype) ? modes.float : dtype;
}

/** JavaScript has one kind of number: what int32 cannot hold, such as −1e30, is meant as a float. */
function fitsInt32(x: number): boolean {
  return x === (x | 0);
}

function wantsGrad(x: Input): boolean {
  return typeof x !== 'number' && x.requiresGrad;
}

/** The result of an op as a node. */
export function recordTensor(
  op: Op,
  inputs: readonly Input[],
  array: NDArray,
  params: unknown,
): Tensor {
  const recorded =
    modes.grad && op.differentiable && isFloat(array.dtype) && inputs.some(wantsGrad);
  const result = recorded ? newRow(op, inputs, array, params) : constantTensor(array);
  modes.watch?.created(result, op, inputs, () => noteOfTensor(result));
  return result;
}

function newRow(op: Op, inputs: readonly Input[], array: NDArray, params: unknown): Tensor {
  const chunk = tensorChunkFor(array.size * bytesOf(array.dtype));
  chunk.reserve(inputs.length);
  const row = chunk.length++;
  let edge = chunk.first[row] as number;
  let { home } = chunk;
  for (const input of inputs) home = enter(home, edge++, input);
  chunk.first[row + 1] = edge;
  chunk.ops[row] = op.id;
  chunk.values[row] = array.storage.version;
  (chunk.payloads as unknown[])[row] = { array, params };
  return new Tensor(array, home, row);
}

/** Writes one input of a new row that lives at `home` as far as the inputs before it go; returns where it lives with this one. */
function enter(home: Home, edge: number, input: Input): Home {
  const { chunk } = home;
  if (typeof input === 'number') {
    chunk.edges[edge] = chunk.external(null, input);
    return home;
  }
  if (input.row === LEAF) {
    chunk.edges[edge] =
      input instanceof Value
        ? placeOf(input, input.home as Leaf, chunk)
        : placeOfTensor(input, input.home as TensorLeaf, chunk);
    return home;
  }
  const other = input.home as Home;
  chunk.edges[edge] = other.chunk === chunk ? input.row : chunk.elsewhere(other.chunk, input.row);
  return connect(home, other);
}

/** The entry of a leaf among the externals of a chunk, made at its first use there in its present version. */
function placeOfTensor(operand: Tensor, leaf: TensorLeaf, chunk: Chunk): number {
  const { version } = operand.array.storage;
  if (leaf.usedIn !== chunk.serial || leaf.usedVersion !== version) {
    leaf.usedIn = chunk.serial;
    leaf.usedVersion = version;
    leaf.place = chunk.external(operand, version);
  }
  return leaf.place;
}
