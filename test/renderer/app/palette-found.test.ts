import { expect, test } from 'vitest'
import { COMMANDS } from '../../../src/shared/commands.ts'
import { PALETTE_LIMIT, paletteFound } from '../../../src/renderer/app/palette-found.ts'

test('what is not offered takes no place of the palette away from what is', () => {
  const all = COMMANDS.map(({ id }) => id)
  expect(paletteFound('', new Set(all))).toEqual(all.slice(0, PALETTE_LIMIT))
  expect(paletteFound('', new Set(all.slice(5)))).toEqual(all.slice(5, 5 + PALETTE_LIMIT))
})

test('topics of the help follow the commands, and have their place however many commands there are', () => {
  const all = new Set(COMMANDS.map(({ id }) => id))
  const found = paletteFound('e', all)
  expect(found).toHaveLength(PALETTE_LIMIT)
  expect(found.map((id) => id.startsWith('help:')).lastIndexOf(false)).toBe(PALETTE_LIMIT - 3)
  expect(paletteFound('privacy', all)).toContain('help:data')
})
