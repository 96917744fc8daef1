import { describe, expect, it } from 'vitest'
import { stepped, type Steps } from '#shared/steps.ts'
import { inTurns } from '../../../src/main/workbench/turns.ts'

/** So long that a turn is over. */
function busy(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}

describe('long work in turns', () => {
  it('lets others have main between its steps, and gives what it would give at once', async () => {
    const order: string[] = []
    const work = inTurns(
      stepped([1, 2, 3], (n) => {
        busy(15)
        order.push(`step ${n}`)
        setImmediate(() => order.push(`other ${n}`))
        return 2 * n
      }),
    )
    expect(await work).toEqual([2, 4, 6])
    // The last step is followed by no turn: the work is done.
    expect(order.slice(0, 5)).toEqual(['step 1', 'other 1', 'step 2', 'other 2', 'step 3'])
  })

  it('fails as the work does', async () => {
    function* broken(): Steps<never> {
      yield
      throw new RangeError('no')
    }
    await expect(inTurns(broken())).rejects.toThrow('no')
  })
})
