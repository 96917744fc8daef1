import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { presetInfo } from '../../../src/shared/contracts/engine.ts'
import { allPresets, describePresets, findPreset } from '../../../src/engine/models/registry.ts'
import { declareNetwork } from '../../../src/engine/nn/declare-ops.ts'

describe('the presets', () => {
  it('are described as the contract says, sizes computed', () => {
    const described = z.array(presetInfo).parse(describePresets())
    expect(described.map(({ name, task, input, parameters }) => ({ name, task, input, parameters }))).toEqual([
      { name: 'cells-lite0', task: 'detection', input: 'any size, RGB', parameters: 2_672_455 },
      { name: 'ssd300-vgg16', task: 'detection', input: '300x300, RGB', parameters: 24_013_232 },
    ])
  })

  it('are found by name, and the names are told where one is wrong', () => {
    expect(findPreset('ssd300-vgg16').name).toBe('ssd300-vgg16')
    expect(() => findPreset('resnet')).toThrowError(
      expect.objectContaining({ code: 'unknown-preset', hint: expect.stringContaining('cells-lite0') }),
    )
  })

  it.each(allPresets())('$name learns and predicts at sizes that its network takes', (preset) => {
    const { sizes } = preset.defaults.augmentation
    for (const [height, width] of [...sizes, ...preset.inferenceSizes]) {
      const { multiple, fixedSize } = preset.network(3)
      expect([height % multiple, width % multiple]).toEqual([0, 0])
      if (fixedSize !== null) expect([height, width]).toEqual([fixedSize, fixedSize])
      const { outputs } = declareNetwork(preset.network(3), height, width)
      const fed = preset.targets([[], []], height, width)
      for (const { shape, data } of Object.values(fed)) expect(data.length).toBe(shape.reduce((a, b) => a * b, 1))
      expect(outputs['class']![1]).toBe(outputs['box']![1])
    }
  })
})
