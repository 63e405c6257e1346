// What the scopes of a graph are called in its trace. Each call of `scope` is one group of nodes, also where several have one name: the
// second call of `layer` within the same scope is `layer~2`. The numbers begin anew in every graph, so that passes over one
// graph agree on them.

/** One call of `scope`. */
export interface ScopeCall {
  readonly name: string;
  readonly outer: ScopeCall | undefined;
}

/** Calls after so many are not told apart: a trace has room for a limited number of names. */
const MOST_CALLS = 10_000;

export class ScopeNames {
  readonly #known = new Map<ScopeCall, string>();
  readonly #calls = new Map<string, number>();

  /** The path of a call, such as `encoder/layer~2/attention`; calls are numbered in the order in which they are asked for. */
  of(call: ScopeCall): string {
    const known = this.#known.get(call);
    if (known !== undefined) return known;
    const path = call.outer === undefined ? call.name : `${this.of(call.outer)}/${call.name}`;
    const count = (this.#calls.get(path) ?? 0) + 1;
    this.#calls.set(path, count);
    const name = count === 1 || this.#known.size >= MOST_CALLS ? path : `${path}~${count}`;
    this.#known.set(call, name);
    return name;
  }
}
