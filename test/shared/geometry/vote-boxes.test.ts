import { describe, expect, it } from 'vitest'
import { voteBoxes } from '#shared/geometry/vote-boxes.ts'

const at = (x: number, score: number, classId = 0) => ({ classId, score, box: { x, y: 10, width: 20, height: 20 } })
const options = { sameIou: 0.5, agreeIou: 0.6 }

describe('voting over passes', () => {
  it('means the scores and, weighted by them, the boxes of those that agree', () => {
    const [only, ...rest] = voteBoxes([[at(100, 0.9)], [at(102, 0.6)]], options)
    expect(rest).toEqual([])
    expect(only!.score).toBeCloseTo(0.75, 9)
    expect(only!.box.x).toBeCloseTo((0.9 * 100 + 0.6 * 102) / 1.5, 9)
    expect(only!.box.width).toBeCloseTo(20, 9)
  })

  it('gives what one pass of four saw a quarter of its score, and orders anew', () => {
    const seen = [[at(100, 0.9), at(300, 0.5)], [at(300, 0.5)], [at(300, 0.5)], [at(300, 0.5)]]
    const voted = voteBoxes(seen, options)
    expect(voted.map(({ box, score }) => [Math.round(box.x), score])).toEqual([
      [300, 0.5],
      [100, 0.225],
    ])
  })

  it('keeps classes apart', () => {
    expect(voteBoxes([[at(100, 0.8, 0)], [at(100, 0.8, 1)]], options).map(({ classId, score }) => [classId, score])).toEqual([
      [0, 0.4],
      [1, 0.4],
    ])
  })
})
