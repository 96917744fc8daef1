/**
 * Long work in steps: it yields where whoever waits for the same thread may have a turn, and says nothing by it. What it gives in the end is the
 * same however the steps are taken.
 */
export type Steps<T> = Generator<void, T, void>

/** All steps, one straight after the other. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
  }
}

/** As `map`, a step an item. */
export function* stepped<A, B>(items: readonly A[], work: (item: A) => B): Steps<B[]> {
  const done: B[] = []
  for (const item of items) {
    yield
    done.push(work(item))
  }
  return done
}
