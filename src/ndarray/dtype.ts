// Element types of arrays: how each is stored, and what results when two meet (PyTorch's promotion rules).

/** The element types. `bool` is stored as bytes that hold 0 or 1. */
export type DType = 'float32' | 'float64' | 'int32' | 'bool';

/** What holds the elements of an array. */
export type TypedArray = Float32Array | Float64Array | Int32Array | Uint8Array;

interface TypeInfo {
  /** The smaller gives way to the larger. */
  readonly rank: number;
  /** bool < integer < float: only a higher category of a 0-d array or number changes the type of a larger array. */
  readonly category: number;
  readonly bytes: number;
  make(size: number): TypedArray;
}

const TYPES: Readonly<Record<DType, TypeInfo>> = {
  bool: { rank: 0, category: 0, bytes: 1, make: size => new Uint8Array(size) },
  int32: { rank: 1, category: 1, bytes: 4, make: size => new Int32Array(size) },
  float32: { rank: 2, category: 2, bytes: 4, make: size => new Float32Array(size) },
  float64: { rank: 3, category: 2, bytes: 8, make: size => new Float64Array(size) },
};

/** Whether this is the name of an element type. */
export function isDType(name: unknown): name is DType {
  return typeof name === 'string' && Object.hasOwn(TYPES, name);
}

/** Memory for `size` elements, filled with zeros. */
export function newData(dtype: DType, size: number): TypedArray {
  return TYPES[dtype].make(size);
}

/** Size of one element. */
export function bytesOf(dtype: DType): number {
  return TYPES[dtype].bytes;
}

/** True for float32 and float64, the types that gradients flow through. */
export function isFloat(dtype: DType): boolean {
  return TYPES[dtype].category === 2;
}

/** The type that holds both. */
export function promote(a: DType, b: DType): DType {
  return TYPES[a].rank >= TYPES[b].rank ? a : b;
}

/** An operand of a promotion: a plain number has no type of its own. */
export interface Promoted {
  dtype: DType | null;
  /** Dimensions; a 0-d array counts less than one with dimensions, a plain number less than both. */
  dims: number;
  /** For a plain number, whether it is a whole one (it then does not turn integers into floats). */
  whole: boolean;
}

/**
 * The type of a result. Source: `torch.result_type`: arrays with dimensions decide, unless a 0-d array or a number is of
 * a higher category (bool < integer < float); a number that does so brings the default type of its category (`float`).
 */
export function resultType(operands: readonly Promoted[], float: DType = 'float32'): DType {
  let dims: DType | null = null;
  let zero: DType | null = null;
  let plain: DType | null = null;
  for (const { dtype, dims: n, whole } of operands) {
    if (dtype === null) plain = join(plain, whole ? 'int32' : float);
    else if (n > 0) dims = join(dims, dtype);
    else zero = join(zero, dtype);
  }
  return higher(higher(dims, zero), plain) ?? float;
}

function join(a: DType | null, b: DType): DType {
  return a === null ? b : promote(a, b);
}

function higher(strong: DType | null, weak: DType | null): DType | null {
  if (strong === null || weak === null) return strong ?? weak;
  return TYPES[weak].category > TYPES[strong].category ? weak : strong;
}
