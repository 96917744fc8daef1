import { describe, expect, it } from 'vitest'
import { countedUnder, heldBy, keptTogether, slideOf } from '../../src/shared/origin.ts'

const of = (patient: string | null, slide: string | null, group: string | null) => ({ patient, slide, group })

describe('what an image is held together by', () => {
  it('is the patient, else the slide, else the group', () => {
    const told = [of('P', 'S', 'G'), of(null, 'S', 'G'), of(null, null, 'G'), of(null, null, null)]
    expect(told.map(heldBy)).toEqual(['patient', 'slide', 'group', null])
    expect(told.map(keptTogether)).toEqual(['P', 'S', 'G', null])
  })

  it('is one and the same by whichever fact it is named: old groups and new patients of one name are not parted', () => {
    expect(keptTogether(of('P7', null, null))).toBe(keptTogether(of(null, null, 'P7')))
  })
})

describe('what counts put an image under', () => {
  it('takes a whole slide that nobody named for its own slide, and a photograph for none', () => {
    expect(slideOf({ slide: null, name: 'a.svs' })).toBe('a.svs')
    expect(slideOf({ slide: 'S1', name: 'a.svs' })).toBe('S1')
    expect(slideOf({ slide: null, name: 'a.png' })).toBeNull()
  })

  it('keeps slides of one name apart where they are of two patients, and patients of one name together', () => {
    const [a, b, c] = [{ ...of('P1', '1', 'x'), name: 'a' }, { ...of('P2', '1', 'x'), name: 'b' }, { ...of('P1', '2', 'y'), name: 'c' }] // prettier-ignore
    expect(countedUnder(a, 'slide')).toMatchObject({ name: '1' })
    expect(countedUnder(a, 'slide')?.key).not.toBe(countedUnder(b, 'slide')?.key)
    expect(countedUnder(a, 'patient')).toEqual(countedUnder(c, 'patient'))
    expect(countedUnder(a, 'group')).toEqual(countedUnder(b, 'group'))
    expect(countedUnder({ ...a, patient: null }, 'patient')).toBeNull()
  })
})
