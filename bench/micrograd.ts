// What seegrad is measured against: micrograd (github.com/karpathy/micrograd) as it stands, in TypeScript. An object per
// node with a Set of parents and a closure that hands its gradient on. The one change: the topological sort keeps its own
// stack, so that a million nodes do not overflow that of the engine.

const nothing = (): void => {};

export class Value {
  // Declared, not defined: a field that is undefined for a moment is slower ever after.
  declare data: number;
  grad = 0;
  declare _prev: Set<Value>;
  declare _op: string;
  _backward: () => void = nothing;

  constructor(data: number, children: readonly Value[] = [], op = '') {
    this.data = data;
    this._prev = new Set(children);
    this._op = op;
  }

  add(operand: Value | number): Value {
    const other = operand instanceof Value ? operand : new Value(operand);
    const out = new Value(this.data + other.data, [this, other], '+');
    out._backward = () => {
      this.grad += out.grad;
      other.grad += out.grad;
    };
    return out;
  }

  mul(operand: Value | number): Value {
    const other = operand instanceof Value ? operand : new Value(operand);
    const out = new Value(this.data * other.data, [this, other], '*');
    out._backward = () => {
      this.grad += other.data * out.grad;
      other.grad += this.data * out.grad;
    };
    return out;
  }

  relu(): Value {
    const out = new Value(Math.max(0, this.data), [this], 'ReLU');
    out._backward = () => {
      this.grad += out.data > 0 ? out.grad : 0;
    };
    return out;
  }

  tanh(): Value {
    const t = Math.tanh(this.data);
    const out = new Value(t, [this], 'tanh');
    out._backward = () => {
      this.grad += (1 - t * t) * out.grad;
    };
    return out;
  }

  backward(): void {
    const topo: Value[] = [];
    const visited = new Set<Value>();
    // A null says that the node below it has seen all its parents placed.
    const stack: (Value | null)[] = [this];
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      if (node === null) {
        topo.push(stack.pop() as Value);
      } else if (!visited.has(node)) {
        visited.add(node);
        stack.push(node, null);
        for (const parent of node._prev) if (!visited.has(parent)) stack.push(parent);
      }
    }
    this.grad = 1;
    for (let i = topo.length - 1; i >= 0; i--) (topo[i] as Value)._backward();
  }
}
