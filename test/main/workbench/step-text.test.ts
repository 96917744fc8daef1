import { afterEach, describe, expect, it } from 'vitest'
import type { StepRecord } from '#shared/contracts/steps.ts'
import { heard } from '#shared/i18n/heard.ts'
import { setLanguage } from '#shared/i18n/translate.ts'
import { hiderOf } from '../../../src/renderer/state/masking.ts'
import { workflowRow } from '../../../src/main/workbench/steps/step-text.ts'

afterEach(() => {
  setLanguage('en')
})

describe('steps of a workflow', () => {
  const step = (kind: 'split' | 'pixel-size' | 'origin' | 'evaluate' | 'export', request: object): string => {
    const record = { step: { kind, request }, who: 'A', at: '', version: '1' } as unknown as StepRecord
    return heard(workflowRow(record, () => 'Net 3').about)
  }
  it('tell the name of a patient in quotes, so that it is known for a name where names are masked', () => {
    const patterns = { patientBy: null, slideBy: null, groupBy: '^S' }
    const said = step('origin', { of: 'all', set: { patient: 'Bea', slide: null }, ...patterns })
    expect(said).toBe('all images: patient “Bea”, slide –, group ^S')
    expect(hiderOf(new Map([['Bea', 'a group']]))(said)).toBe('all images: patient “a group”, slide –, group ^S')
  })
  it('are told in the language, with what they were of', () => {
    setLanguage('cs')
    expect(step('split', { split: 'auto', glob: null })).toBe('náhodně rozděleno')
    expect(step('split', { split: 'val', glob: 'b_*.png' })).toBe('b_*.png, zařazeno: validace')
    expect(step('pixel-size', { microns: 0.25, of: 'missing' })).toBe('obrázky bez velikosti pixelu, velikost pixelu: 0,25 µm na pixel')
    expect(step('pixel-size', { microns: null, of: { sha256: ['a', 'b'] } })).toBe('2 obrázky, velikost pixelu: jak uvádí soubor')
    expect(step('evaluate', { split: 'test', modelId: 'm' })).toBe('Net 3, hodnoceno na: test')
    expect(step('evaluate', { split: 'train', modelId: 'ensemble' })).toBe('díly dohromady, hodnoceno na: trénink')
    expect(step('export', { what: 'counts', file: '/out/a b.csv' })).toBe('počty do /out/a b.csv')
    setLanguage('ru')
    expect(step('export', { what: 'report-template', file: 'a.html' })).toBe('шаблон отчёта в a.html')
    setLanguage('ja')
    expect(step('evaluate', { split: 'test', modelId: 'm' })).toBe('Net 3、評価の対象：テスト')
  })
})
