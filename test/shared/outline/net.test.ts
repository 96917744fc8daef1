import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/shared/errors.ts'
import { openNet } from '../../../src/shared/outline/net.ts'

const file = readFileSync(path.resolve(import.meta.dirname, '../../../resources/smart-outline/weights.bin'))
const copy = (): ArrayBuffer => new Uint8Array(file).buffer

describe('the file of the outline network', () => {
  it.each([
    ['empty', new ArrayBuffer(0)],
    ['cut off', copy().slice(0, 1000)],
    ['longer than it says', new Uint8Array([...file, 0, 0]).buffer],
    ['of another kind', new Uint8Array(file).fill(1).buffer],
  ])('is refused where it is %s', (_, broken) => {
    expect(() => openNet(broken)).toThrow(AppError)
  })

  it('holds no more than the network takes', () => {
    const grown = new Uint8Array(file.length + 2)
    grown.set(file)
    new DataView(grown.buffer).setUint32(4, (grown.length - 8) / 2, true)
    expect(() => openNet(grown.buffer)).toThrow(AppError)
    expect(() => openNet(copy())).not.toThrow()
  })
})
