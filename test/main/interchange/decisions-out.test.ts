import { describe, expect, it } from 'vitest'
import { annotationId, decisionId, predictionId, runId, type PredictionId } from '#shared/records/ids.ts'
import type { DecisionRecord } from '#shared/records/prediction.ts'
import { decisionRows } from '../../../src/main/interchange/decisions-out.ts'
import { AT, box, flag, image } from '../project/fixtures.ts'
import { classId } from '#shared/records/ids.ts'

const [a, b] = [image('a'), image('b')]
const classes = ['RBC', 'WBC'].map((name, order) => ({ id: classId.parse(name), name, color: '#112233', digit: null, order }))
const [rbc, wbc] = [classes[0]!.id, classes[1]!.id]
const shape = { type: 'box', x: 10, y: 20, width: 30, height: 40 } as const
const guess = (id: number): PredictionId => predictionId.parse(id)

function decision(id: number, kind: DecisionRecord['kind'], made: string | null): DecisionRecord {
  return {
    ...{ id: decisionId.parse(String(id)), predictionId: guess(id), imageId: a.id, kind, who: 'Ada', at: AT, replaced: null },
    annotationId: made === null ? null : annotationId.parse(made),
    from: { classId: rbc, shape, score: 0.75 },
    to: kind === 'reject' ? null : { classId: kind === 'correct' ? wbc : rbc, shape: { ...shape, x: 12 } },
  }
}

describe('decisions as a table', () => {
  it('gives each decision with its flag, then flags on what nobody decided on', () => {
    const rows = decisionRows({
      images: [a, b],
      classes,
      decisionsOf: (one) => (one.id === a.id ? [decision(1, 'accept', 'x'), decision(2, 'correct', 'y'), decision(3, 'reject', null)] : []),
      modelOf: () => 'net 1',
      annotation: (id) => box(id, { imageId: b.id, classId: wbc }, { shape }),
      prediction: () => ({ classId: rbc, shape, score: 0.4, runId: runId.parse('r') }),
      flags: [
        flag('1', { imageId: a.id, annotationId: annotationId.parse('y'), note: 'A band?' }),
        flag('2', { imageId: a.id, predictionId: guess(3) }),
        flag('3', { imageId: b.id, predictionId: guess(9), author: 'Bo' }),
        flag('4', { imageId: b.id, annotationId: annotationId.parse('z') }),
        flag('5', { imageId: b.id, note: 'Blurred' }),
      ],
    })
    const [head, ...cells] = rows
    const name = (column: string): number => head!.indexOf(column)
    const at = (column: string) => cells.map((row) => row[name(column)])
    expect(cells.every(({ length }) => length === head!.length)).toBe(true)
    expect(at('image')).toEqual(['a.png', 'a.png', 'a.png', 'b.png', 'b.png', 'b.png'])
    expect(at('decision')).toEqual(['accept', 'correct', 'reject', null, null, null])
    expect(at('class')).toEqual(['RBC', 'RBC', 'RBC', 'RBC', 'WBC', null])
    expect(at('to_class')).toEqual(['RBC', 'WBC', null, null, null, null])
    expect(at('score')).toEqual([0.75, 0.75, 0.75, 0.4, null, null])
    expect(at('x')).toEqual([12, 12, 10, 10, 10, null])
    expect(at('flagged')).toEqual([0, 1, 1, 1, 1, 1])
    expect(at('flag_note')).toEqual([null, 'A band?', '', '', '', 'Blurred'])
    expect(at('flag_by')).toEqual([null, 'Ada', 'Ada', 'Bo', 'Ada', 'Ada'])
    expect(at('who')).toEqual(['Ada', 'Ada', 'Ada', null, null, null])
  })
})
