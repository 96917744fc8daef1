import { describe, expect, it } from 'vitest'
import { allPresets, describePresets } from '../../../src/engine/models/registry.ts'
import { unetLite0Network } from '../../../src/engine/models/unet-lite0/network.ts'
import { createUnetLite0Preset } from '../../../src/engine/models/unet-lite0/preset.ts'
import { declareNetwork } from '../../../src/engine/nn/declare-ops.ts'

describe('unet-lite0', () => {
  it('gives logits as large as its input, at any multiple of 32', () => {
    expect(declareNetwork(unetLite0Network(3), 96, 160).outputs).toEqual({ logits: [-1, 96, 160, 3] })
    expect(declareNetwork(unetLite0Network(5)).outputs['logits']!.at(-1)).toBe(5)
  })

  it('starts from the whole pretrained encoder', async () => {
    const preset = createUnetLite0Preset()
    const { parameters } = declareNetwork(preset.network(2))
    const shapes = new Map(parameters.map(({ name, shape }) => [name, shape.join()]))
    const weights = await preset.pretrained()
    for (const [name, { shape }] of weights) expect(shapes.get(name), name).toBe(shape.join())
    const encoder = [...shapes.keys()].filter((name) => name.startsWith('encoder/'))
    expect([...weights.keys()].toSorted()).toEqual(encoder.toSorted())
  })
})

describe('the presets of segmentation', () => {
  it('are the strong option first, then the classic networks at the size that they were published with', () => {
    const presets = describePresets().filter(({ task }) => task === 'segmentation')
    expect(presets.map(({ name, parameters }) => [name, parameters])).toEqual([
      ['unet-lite0', 3_108_115],
      ['unet', 10_664_450],
      ['unet-efficientnet-b0', 10_115_501],
      ['unet-efficientnet-b1', 12_641_169],
      ['unet-efficientnet-b2', 14_295_299],
      ['unet-efficientnet-b3', 17_867_833],
      ['unet-efficientnet-b4', 25_735_017],
      ['unet-efficientnet-b5', 37_468_673],
      ['unet-efficientnet-b6', 50_906_009],
      ['unet-efficientnet-b7', 75_048_097],
    ])
  })

  it('have a logit for the background and each class, one for a single class, and one for distances', () => {
    const outputs = (name: string, classes: number): number => {
      const preset = allPresets().find((one) => one.name === name)!
      return declareNetwork(preset.network(classes)).outputs['logits']!.at(-1)!
    }
    expect([outputs('unet-lite0', 1), outputs('unet-lite0', 3)]).toEqual([3, 5])
    expect([outputs('unet', 1), outputs('unet', 3)]).toEqual([2, 4])
    expect([outputs('unet-efficientnet-b0', 1), outputs('unet-efficientnet-b0', 3)]).toEqual([1, 4])
  })
})
