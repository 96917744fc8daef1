import { describe, expect, it } from 'vitest'
import { modelId, runId } from '#shared/records/ids.ts'
import { type RunRecord, usualRun } from '#shared/records/model.ts'

let minute = 0

/** Each run is a minute newer than the one before. */
function run(id: string, model: string, images: number): RunRecord {
  const createdAt = new Date(Date.UTC(2026, 0, 1, 0, minute++)).toISOString()
  return { id: runId.parse(id), modelId: modelId.parse(model), settings: {}, images, objects: 0, seconds: 1, createdAt }
}

describe('the usual run', () => {
  it('is none where nothing was predicted', () => {
    expect(usualRun([])).toBeNull()
  })

  it('is the prediction of all images and not the evaluation after it', () => {
    const all = run('all', 'a', 50)
    expect(usualRun([all, run('val', 'a', 6)])).toBe(all)
  })

  it('is the newest of those that looked at as many, in whatever order they come', () => {
    const [before, after] = [run('before', 'a', 50), run('after', 'a', 50)]
    expect(usualRun([before, after])).toBe(after)
    expect(usualRun([after, before])).toBe(after)
  })

  it('is none that was made on the way to an evaluation or a comparison, where there is another', () => {
    const [asked, aside] = [run('asked', 'a', 14), { ...run('aside', 'b', 40), settings: { aside: true } }]
    expect(usualRun([asked, aside])).toBe(asked)
    expect(usualRun([aside])).toBe(aside)
  })

  it('is never one of a cross-validation, which says something of a part of the images alone', () => {
    const folds = ['f0', 'f1'].map((id) => ({ ...run(id, id, 40), settings: { outOfFold: 'cv' } }))
    const aside = { ...run('aside', 'a', 3), settings: { aside: true } }
    expect(usualRun(folds)).toBeNull()
    expect(usualRun([aside, ...folds])).toBe(aside)
    // As a fold's runs are noted.
    const both = folds.map((one) => ({ ...one, settings: { ...one.settings, aside: true } }))
    expect(usualRun([...both, aside])).toBe(aside)
  })

  it('is of the model that looked last, though an older one looked at more', () => {
    const newer = run('newer', 'b', 6)
    expect(usualRun([newer, { ...run('older', 'a', 50), createdAt: new Date(Date.UTC(2025, 0, 1)).toISOString() }])).toBe(newer)
  })
})
