import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { presetInfo } from '../../../src/shared/contracts/engine.ts'
import { TASKS } from '../../../src/shared/task-facts.ts'
import { allPresets, describePresets, findPreset } from '../../../src/engine/models/registry.ts'
import { unknownTruth } from '../../../src/engine/data/truth.ts'
import { engineTask } from '../../../src/engine/tasks/registry.ts'
import { declareNetwork } from '../../../src/engine/nn/declare-ops.ts'

describe('the presets', () => {
  it('are described as the contract says, sizes computed', () => {
    const described = z.array(presetInfo).parse(describePresets())
    const known = new Map(described.map(({ name, task, input, parameters }) => [name, { task, input, parameters }]))
    expect(described[0]?.name).toBe('cells-lite0')
    for (const [task, { strongPreset: name }] of Object.entries(TASKS))
      expect(described.find((preset) => preset.task === task)?.name).toBe(name)
    expect(known.get('cells-lite0')).toEqual({ task: 'detection', input: 'any size, RGB', parameters: 2_672_455 })
    expect(known.get('ssd300-vgg16')).toEqual({ task: 'detection', input: '300x300, RGB', parameters: 24_013_232 })
    expect(known.get('autoencoder-128')).toEqual({ task: 'anomaly', input: '128x128, RGB', parameters: 2_886_275 })
    expect(known.get('patch-memory-lite0')).toMatchObject({ task: 'anomaly', input: 'any size, RGB' })
    expect(known.get('cnn-70')).toEqual({ task: 'classification', input: '70x70, grey', parameters: 279_489 })
  })

  it('are found by name, and the names are told where one is wrong', () => {
    expect(findPreset('ssd300-vgg16').name).toBe('ssd300-vgg16')
    expect(() => findPreset('resnet')).toThrowError(
      expect.objectContaining({ code: 'unknown-preset', hint: expect.stringContaining('cells-lite0') }),
    )
  })

  it.each(allPresets().filter((preset) => preset.kind === 'learned'))(
    '$name learns and predicts at sizes that its network takes',
    (preset) => {
      const { sizes } = preset.defaults.augmentation
      for (const [height, width] of [...sizes, ...preset.inferenceSizes]) {
        const { multiple, fixedSize } = preset.network(3)
        expect([height % multiple, width % multiple]).toEqual([0, 0])
        if (fixedSize !== null) expect([height, width]).toEqual([fixedSize, fixedSize])
        const { outputs } = declareNetwork(preset.network(3), height, width)
        const task = engineTask(preset)
        const unknown = unknownTruth(task.truth, [height, width])
        for (const { shape, data } of Object.values(task.feed([unknown, unknown], height, width)))
          expect([shape[0], data.length]).toEqual([2, shape.reduce((a, b) => a * b, 1)])
        if (preset.task === 'detection') expect(outputs['class']![1]).toBe(outputs['box']![1])
      }
    },
  )
})
