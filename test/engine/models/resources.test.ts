import { describe, expect, it } from 'vitest'
import path from 'node:path'
import { resourceFile } from '../../../src/engine/models/resources.ts'

describe('shipped files', () => {
  it('are found upwards from any depth', () => {
    const expected = path.resolve(import.meta.dirname, '../../../resources/efficientnet-lite0/weights.safetensors')
    expect(resourceFile('efficientnet-lite0/weights.safetensors')).toBe(expected)
    expect(resourceFile('efficientnet-lite0/weights.safetensors', path.resolve('out/main/engine.cjs'))).toBe(expected)
  })

  it('are missed with a clear word', () => {
    expect(() => resourceFile('nothing.bin')).toThrowError(expect.objectContaining({ code: 'resource-missing' }))
  })
})
