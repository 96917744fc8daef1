import { describe, expect, it } from 'vitest'
import { advanced, GUIDE, type GuideState, type Seen } from '../../../src/renderer/guide/steps.ts'

const start: Seen = { place: 'label', atWork: false, finished: 12, edits: 40, models: 0, runs: 0, busy: null }

/** The titles of the steps that the guide stands at while the window is seen so, one after the other. */
function along(...seen: readonly Partial<Seen>[]): (string | undefined)[] {
  let state: GuideState = { step: 0, begun: start }
  let now = start
  return seen.map((change) => {
    now = { ...now, ...change }
    state = advanced(state, now)
    return GUIDE[state.step]?.title
  })
}

describe('the guide', () => {
  it('goes on when a step is done, through the whole loop', () => {
    const titles = along(
      { atWork: true },
      { edits: 43 },
      { finished: 13 },
      { place: 'train', busy: 'train' },
      { models: 1, busy: null },
      { runs: 1 },
      { place: 'review' },
      { edits: 48 },
      { place: 'count' },
    )
    expect(titles).toEqual([
      'Box the cells',
      'Box the cells',
      'Train a model',
      'Train a model',
      'Let it predict',
      'Review five objects',
      'Review five objects',
      'Count',
      undefined,
    ])
  })

  it('counts what is done since the step began alone, and in its place', () => {
    expect(along({ edits: 90 }, { atWork: true }, { edits: 92 })).toEqual(['Open an image', 'Box the cells', 'Box the cells'])
    const reviewing = { atWork: true, finished: 13, models: 1, runs: 1 }
    expect(
      along(reviewing, { finished: 14 }, { models: 2 }, { runs: 2 }, { place: 'count', edits: 90 }, { place: 'review', edits: 43 }),
    ).toEqual(['Box the cells', 'Train a model', 'Let it predict', 'Review five objects', 'Review five objects', 'Review five objects'])
  })

  it('names a command for each key that its text shows', () => {
    for (const { text, keys } of GUIDE) expect([...text.matchAll(/\{(\d)\}/g)].map(([, at]) => Number(at))).toEqual(keys.map((_, i) => i))
  })
})
