import { createRequire } from 'node:module'
import path from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { chooseBackend } from '../../../src/engine/backends/choose.ts'
import { BACKENDS, probeBackends, probeHere } from '../../../src/engine/backends/probe.ts'
import { checkConvolution } from '../../../src/engine/backends/probe-check.ts'
import type { BackendReport } from '../../../src/shared/contracts/engine.ts'

const entry = path.resolve('src/engine/backends/probe-entry.ts')

const report = (name: string, works: boolean): BackendReport => {
  return { name, works, device: '', version: '', why: works ? '' : 'It is broken.', advice: works ? '' : 'Mend it.' }
}

describe('probeBackends', () => {
  it('tries every backend in a child process', async () => {
    const reports = await probeBackends([entry])
    expect(reports.map(({ name }) => name)).toEqual([...BACKENDS])
    for (const { works, device, version, why } of reports) {
      expect({ works, why }).toEqual({ works: true, why: '' })
      expect(device).toMatch(/^\d+ threads?$|GPU|NVIDIA/)
      expect(version).toMatch(/^TensorFlow(\.js)? \d/)
    }
  })

  it('reports a child that crashes, one that ends without an answer, and one that does not start', async () => {
    const crash = await probeBackends(['-e', 'process.kill(process.pid, "SIGSEGV")'])
    expect(crash[0]).toMatchObject({ name: 'tensorflow', works: false, why: 'It crashed (SIGSEGV).' })
    const silent = await probeBackends(['-e', ''])
    expect(silent[1]).toMatchObject({ name: 'wasm', works: false, why: 'It ended without an answer.' })
    const missing = await probeBackends([path.resolve('no-such-script.ts')])
    expect(missing[0]!.works).toBe(false)
    expect(missing[0]!.why).toContain('no-such-script')
  })

  it('finds a backend that calculates wrongly', async () => {
    const ready = await probeHere('wasm')
    expect(ready).toMatchObject({ works: true })
    await expect(checkConvolution()).resolves.toBeUndefined()
    const { kernelFunc } = tf.getKernel('Conv2DBackpropFilter', 'wasm')
    tf.unregisterKernel('Conv2DBackpropFilter', 'wasm')
    tf.registerKernel({
      kernelName: 'Conv2DBackpropFilter',
      backendName: 'wasm',
      kernelFunc: (call) => tf.add(kernelFunc(call) as tf.Tensor, tf.scalar(1 / 128)),
    })
    await expect(checkConvolution()).rejects.toThrow("It gets a kernel's gradient wrong")
  })
})

describe('chooseBackend', () => {
  it('takes the best that works and says why not a better one', () => {
    expect(chooseBackend([report('wasm', true), report('tensorflow', true)], null)).toEqual({ name: 'tensorflow', note: '' })
    const fallen = chooseBackend([report('tensorflow', false), report('wasm', true)], null)
    expect(fallen).toEqual({ name: 'wasm', note: 'tensorflow: It is broken.' })
  })

  it('takes the wanted one, or refuses', () => {
    const reports = [report('tensorflow', false), report('wasm', true)]
    expect(chooseBackend(reports, 'wasm')).toEqual({ name: 'wasm', note: '' })
    expect(() => chooseBackend(reports, 'tensorflow')).toThrow('tensorflow does not work here: It is broken.')
    expect(() => chooseBackend([report('wasm', false)], null)).toThrow('No backend works')
  })
})

describe('the packages', () => {
  it('are the versions whose inner workings we use', () => {
    const require = createRequire(entry)
    for (const name of ['tfjs-core', 'tfjs-node-gpu', 'tfjs-backend-wasm']) {
      expect((require(`@tensorflow/${name}/package.json`) as { version: string }).version).toBe('4.22.0')
    }
  })
})
