/** An order of the sample shop. */
export type Order = { readonly id: number; readonly item: string; readonly state: string };

/** The sample data, in memory: every start of the demo begins with the same two orders. */
export class Orders {
  readonly #byId = new Map<number, Order>([
    [1, { id: 1, item: "tea, 500 g", state: "packed" }],
    [2, { id: 2, item: "kettle", state: "sent" }],
  ]);
  #last = 2;

  all(): readonly Order[] {
    return [...this.#byId.values()];
  }

  get(id: number): Order | undefined {
    return this.#byId.get(id);
  }

  add(item: string): Order {
    this.#last += 1;
    const order: Order = { id: this.#last, item, state: "new" };
    this.#byId.set(order.id, order);
    return order;
  }

  change(id: number, state: string): Order | undefined {
    const order = this.#byId.get(id);
    if (order === undefined) return undefined;
    const changed = { ...order, state };
    this.#byId.set(id, changed);
    return changed;
  }

  remove(id: number): boolean {
    return this.#byId.delete(id);
  }
}
