// The errors of plain arrays; the engine's own errors build on the same base.

/** Base of all errors that seegrad throws on purpose: `error instanceof SeegradError` separates them from bugs. */
export class SeegradError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Shapes that do not fit each other or the op; the message names the op, the shapes and the remedy. */
export class ShapeError extends SeegradError {}

/** An element type that an op does not take, or that does not fit another. */
export class DTypeError extends SeegradError {}

/** An index or a dimension outside its range. */
export class IndexError extends SeegradError {}

/** An array larger than memory or than indices can reach. */
export class SizeError extends SeegradError {}

/** A matrix that a decomposition or a solve cannot take: singular, or not positive definite. Source: `torch.linalg.LinAlgError`. */
export class LinAlgError extends SeegradError {}

/** A shape as it is written in messages: [2, 3]. */
export function showShape(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}
