import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { readRdf } from '../../../../src/main/workbench/library/foreign/rdf-in.ts'

const input = { name: 'raw', axes: 'bcyx', data_type: 'float32', shape: { min: [1, 3, 64, 64], step: [0, 0, 16, 16] } }
const output = { name: 'mask', axes: 'bcyx' }
const rdf = (change: object): string =>
  stringify({
    format_version: '0.4.10',
    type: 'model',
    name: 'nuclei',
    inputs: [input],
    outputs: [output],
    weights: { onnx: { source: './weights.onnx' } },
    ...change,
  })
const prepared = (...preprocessing: object[]) => readRdf(rdf({ inputs: [{ ...input, preprocessing }] })).told

describe('a description of BioImage.IO', () => {
  it('says axes, sizes and where the graph is', () => {
    expect(readRdf(rdf({}))).toMatchObject({
      source: 'weights.onnx',
      told: { name: 'nuclei', axes: 'nchw', size: [512, 512], multiple: 16 },
    })
    const fixed = readRdf(rdf({ inputs: [{ ...input, axes: 'byxc', shape: [1, 256, 320, 3] }] }))
    expect(fixed.told).toMatchObject({ axes: 'nhwc', size: [256, 320] })
  })

  it('says how pixels are prepared: steps after one another are one', () => {
    const { normalization, perInput } = prepared(
      { name: 'scale_linear', kwargs: { axes: 'xy', gain: [1 / 255, 1 / 255, 1 / 255], offset: 0 } },
      { name: 'zero_mean_unit_variance', kwargs: { mode: 'fixed', axes: 'xy', mean: [0.5, 0.4, 0.3], std: [0.25, 0.2, 0.1] } },
    )
    // ((p / 255) - 0.5) / 0.25 = (p - 127.5) / 63.75
    for (const [i, [mean, scale]] of [
      [127.5, 63.75],
      [102, 51],
      [76.5, 25.5],
    ].entries()) {
      expect(normalization!.mean[i]).toBeCloseTo(mean!, 9)
      expect(normalization!.scale[i]).toBeCloseTo(scale!, 9)
    }
    expect(perInput).toBeNull()
    expect(prepared({ name: 'zero_mean_unit_variance', kwargs: { mode: 'per_sample', axes: 'xy' } }).perInput).toMatchObject({
      together: false,
    })
    expect(prepared({ name: 'scale_range', kwargs: { axes: 'cxy', min_percentile: 1, max_percentile: 99.8 } }).perInput).toMatchObject({
      low: 1,
      high: 99.8,
      together: true,
    })
  })

  it('takes pixels as 0..1 where the model is told of them so', () => {
    const told = readRdf(rdf({ inputs: [{ ...input, data_range: [0, 1] }] })).told
    expect(told.normalization).toEqual({ mean: [0], scale: [255] })
  })

  it('is refused where it asks for what is not done here, in a sentence', () => {
    const refused = (change: object): string => {
      try {
        readRdf(rdf(change))
      } catch (thrown) {
        return (thrown as Error).message
      }
      return ''
    }
    expect(refused({ inputs: [{ ...input, axes: 'bczyx' }] })).toBe(
      'The model takes the axes b, c, z, y, x; batch, channel, y and x are needed.',
    )
    expect(refused({ inputs: [{ ...input, preprocessing: [{ name: 'clip' }] }] })).toContain('prepared by clip')
    expect(refused({ outputs: [{ ...output, postprocessing: [{ name: 'binarize' }] }] })).toContain('changed by binarize')
    expect(refused({ inputs: [input, input] })).toContain('2 inputs')
    expect(refused({ weights: { torchscript: { source: 'a.pt' } } })).toBe('The model has weights for torchscript, and none as ONNX.')
    expect(refused({ weights: { onnx: { source: 'https://example.org/a.onnx' } } })).toContain('on the network')
    expect(refused({ type: 'dataset' })).toContain('no description of a model')
  })
})
