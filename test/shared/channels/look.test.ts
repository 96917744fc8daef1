import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ChannelLook, looksOfText, looksText } from '../../../src/shared/channels/look.ts'

const number = fc.integer({ min: 0, max: 65_535 })
const color = fc.integer({ min: 0, max: 0xffffff }).map((rgb) => `#${rgb.toString(16).padStart(6, '0')}`)
const look: fc.Arbitrary<ChannelLook> = fc.record({ on: fc.boolean(), color, low: number, high: number })

describe('looks of channels as a text', () => {
  it('are the same again, and need no escaping in an address', () => {
    fc.assert(
      fc.property(fc.array(look, { minLength: 1, maxLength: 16 }), (looks) => {
        const text = looksText(looks)
        expect(looksOfText(text)).toEqual(looks)
        expect(encodeURIComponent(text)).toBe(text)
      }),
    )
  })

  it('are null where the text is none', () => {
    for (const text of [
      '',
      '1',
      '1.0000ff.1',
      '2.0000ff.1.2',
      '1.0000fg.1.2',
      '1.0000ff.1.65536',
      '1.0000ff.-1.2',
      '1.0000ff.1.2_',
      '../x',
    ])
      expect(looksOfText(text)).toBeNull()
    expect(looksOfText(Array.from({ length: 17 }, () => '1.0000ff.1.2').join('_'))).toBeNull()
  })
})
