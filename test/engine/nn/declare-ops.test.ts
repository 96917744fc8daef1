import { describe, expect, it } from 'vitest'
import { declareNetwork } from '../../../src/engine/nn/declare-ops.ts'
import { initialWeights, parameterCount } from '../../../src/engine/nn/initialize.ts'
import type { Network } from '../../../src/engine/nn/network.ts'
import type { Ops } from '../../../src/engine/nn/ops.ts'
import { tinyNetwork } from '../nets.ts'

function network(build: <T>(ops: Ops<T>, x: T) => T): Network {
  const one = { name: 'one', channels: 4, normalization: { mean: [0], scale: [1] }, multiple: 1, fixedSize: null }
  return { ...one, build: (ops, input) => ({ y: build(ops, input) }) }
}

describe('declareNetwork', () => {
  it('names parameters below their layers, with shapes and roles', () => {
    const { parameters } = declareNetwork(tinyNetwork(true))
    const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]))
    expect(byName.get('stem/conv/kernel')).toMatchObject({ shape: [3, 3, 3, 8], role: 'frozen', trainable: false, decay: true })
    expect(byName.get('stem/norm/variance')).toMatchObject({ shape: [8], role: 'frozen', decay: false })
    expect(byName.get('block/depthwise/kernel')).toMatchObject({ shape: [5, 5, 16, 1], role: 'trainable', fan: { in: 25, out: 25 } })
    expect(byName.get('block/expand-norm/mean')).toMatchObject({ role: 'running', trainable: false })
    expect(byName.get('head/scores/bias')).toMatchObject({ shape: [2], trainable: true, decay: false })
  })

  it('leaves open dimensions open and works out known ones', () => {
    expect(declareNetwork(tinyNetwork()).outputs).toEqual({ scores: [-1, -1, 2] })
    expect(declareNetwork(tinyNetwork(), 32, 24).outputs).toEqual({ scores: [-1, 16 * 12, 2] })
  })

  it('knows dense layers behind a picture and transposed convolutions by their shapes', () => {
    const flat = network((ops, x) => ops.dense(ops.flatten(x), { name: 'd', units: 7, bias: true }))
    const { parameters, outputs } = declareNetwork(flat, 2, 3)
    expect(outputs).toEqual({ y: [-1, 7] })
    expect(parameters[0]).toMatchObject({ name: 'd/kernel', shape: [24, 7], decay: true, fan: { in: 24, out: 7 } })
    expect(parameters[1]).toMatchObject({ name: 'd/bias', shape: [7], decay: false })
    const up = declareNetwork(
      network((ops, x) => ops.convTranspose(x, { name: 'u', filters: 5, kernel: 2 })),
      3,
      -1,
    )
    expect(up.outputs).toEqual({ y: [-1, 6, -1, 5] })
    expect(up.parameters[0]).toMatchObject({ name: 'u/kernel', shape: [2, 2, 5, 4], fan: { in: 4, out: 20 } })
  })

  it('refuses a dense layer where the number of features is open or the picture is not flat', () => {
    const dense = network((ops, x) => ops.dense(ops.flatten(x), { name: 'd', units: 2 }))
    expect(() => declareNetwork(dense)).toThrow('known number of features')
    expect(() =>
      declareNetwork(
        network((ops, x) => ops.dense(x, { name: 'd', units: 2 })),
        2,
        2,
      ),
    ).toThrow('known number of features')
  })

  it('refuses a name used twice, sums of unlike shapes, and rows that do not divide', () => {
    const twice = network((ops, x) =>
      ops.add(ops.conv(x, { name: 'a', filters: 2, kernel: 1 }), ops.conv(x, { name: 'a', filters: 2, kernel: 1 })),
    )
    expect(() => declareNetwork(twice)).toThrow('a/kernel is declared twice')
    const unlike = network((ops, x) => ops.add(x, ops.conv(x, { name: 'a', filters: 2, kernel: 1 })))
    expect(() => declareNetwork(unlike)).toThrow('cannot be added')
    expect(() => declareNetwork(network((ops, x) => ops.toRows(x, 3)))).toThrow('do not divide')
  })
})

describe('parameterCount', () => {
  it('counts what is learnt, frozen and averaged apart', () => {
    const learnt = 3 * 3 * 3 * 8 + 16 + (8 * 16 + 32) + (25 * 16 + 32) + (16 * 8 + 16) + (9 * 8 * 2 + 2)
    const averaged = 2 * (8 + 16 + 16 + 8)
    expect(parameterCount(tinyNetwork())).toEqual({ trainable: learnt, frozen: 0, running: averaged, total: learnt + averaged })
    const frozen = 3 * 3 * 3 * 8 + 4 * 8
    expect(parameterCount(tinyNetwork(true))).toMatchObject({ frozen, running: averaged - 16, total: learnt + averaged })
  })
})

describe('initialWeights', () => {
  it('repeats with the seed and differs between seeds', () => {
    expect(initialWeights(tinyNetwork(), 5)).toEqual(initialWeights(tinyNetwork(), 5))
    expect(initialWeights(tinyNetwork(), 5).get('stem/conv/kernel')).not.toEqual(initialWeights(tinyNetwork(), 6).get('stem/conv/kernel'))
  })

  it('draws each parameter for itself: another layer changes none of the others', () => {
    const small = network((ops, x) => ops.conv(x, { name: 'b', filters: 3, kernel: 3 }))
    const large = network((ops, x) => ops.conv(ops.conv(x, { name: 'a', filters: 4, kernel: 3 }), { name: 'b', filters: 3, kernel: 3 }))
    expect(initialWeights(large, 1).get('b/kernel')).toEqual(initialWeights(small, 1).get('b/kernel'))
  })

  it('follows the distribution that is asked for', () => {
    const kernel = (init?: Parameters<Ops<unknown>['conv']>[1]['init']) => {
      const spec = { name: 'c', filters: 64, kernel: 3, ...(init === undefined ? {} : { init }) }
      return initialWeights(
        network((ops, x) => ops.conv(x, spec)),
        3,
      ).get('c/kernel')!.data
    }
    const std = (data: Float32Array) => Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length)
    expect(std(kernel())).toBeCloseTo(Math.sqrt(2 / 36), 2)
    expect(std(kernel({ kind: 'normal', std: 0.01 }))).toBeCloseTo(0.01, 3)
    const limit = Math.sqrt(6 / (9 * 4 + 9 * 64))
    const uniform = kernel({ kind: 'glorot-uniform' })
    expect(Math.max(...uniform)).toBeLessThanOrEqual(limit)
    expect(Math.max(...uniform)).toBeGreaterThan(0.95 * limit)
    expect(new Set(kernel({ kind: 'constant', value: 0.5 }))).toEqual(new Set([0.5]))
  })

  it('starts batch norms as the identity', () => {
    const weights = initialWeights(tinyNetwork(), 1)
    const values = (name: string) => [...new Set(weights.get(`stem/norm/${name}`)!.data)]
    expect([values('gamma'), values('beta'), values('mean'), values('variance')]).toEqual([[1], [0], [0], [1]])
  })
})
