import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { AppError } from '../../../src/shared/errors.ts'
import { connect, serve } from '../../../src/shared/ipc/proxy.ts'
import { defineService, method } from '../../../src/shared/ipc/service.ts'
import { transportPair } from './memory-transport.ts'

const contract = defineService({
  name: 'slides',
  methods: {
    double: method(z.object({ n: z.number() }), z.object({ n: z.number() })),
    fails: method(z.object({}), z.object({})),
    breaks: method(z.object({}), z.object({})),
    lies: method(z.object({}), z.object({ n: z.number() })),
  },
  events: { progress: z.object({ share: z.number() }) },
})

function both() {
  const pair = transportPair()
  const handlers = {
    double: ({ n }: { n: number }) => ({ n: n * 2 }),
    fails: () => {
      throw new AppError('disk-full', 'The disk is full.', 'Free some space.')
    },
    breaks: () => {
      throw new TypeError('undefined is not a function')
    },
    lies: () => ({ n: 'seven' }) as unknown as { n: number },
  }
  const server = serve(contract, handlers, pair.b)
  return { ...pair, ...server, client: connect(contract, pair.a) }
}

describe('the proxy over a transport', () => {
  it('answers a call', async () => {
    expect(await both().client.double({ n: 21 })).toEqual({ n: 42 })
  })

  it('refuses a payload that does not fit the contract, before the handler sees it', async () => {
    await expect(both().client.double({ n: 'x' } as unknown as { n: number })).rejects.toMatchObject({ code: 'bad-payload' })
  })

  it('refuses an answer that does not fit the contract', async () => {
    await expect(both().client.lies({})).rejects.toBeInstanceOf(AppError)
  })

  it('carries an error with its code and hint', async () => {
    await expect(both().client.fails({})).rejects.toMatchObject({
      code: 'disk-full',
      message: 'The disk is full.',
      hint: 'Free some space.',
    })
  })

  it('says of a defect that it is internal', async () => {
    await expect(both().client.breaks({})).rejects.toMatchObject({ code: 'internal' })
  })

  it.each(['constructor', '__proto__', 'toString', 'missing'])('does not reach %s through a raw message', async (name) => {
    const { a, b: _b, ...rest } = both()
    const answers: unknown[] = []
    a.listen((m) => answers.push(m))
    a.post({ kind: 'call', id: 900, service: 'slides', method: name, input: {} })
    await rest.client.double({ n: 1 })
    expect(answers).toContainEqual(
      expect.objectContaining({ kind: 'failure', id: 900, error: expect.objectContaining({ code: 'unknown-method' }) as unknown }),
    )
  })

  it('stays silent on envelopes that are none and on services that are not its own', async () => {
    const { a, client } = both()
    const answers: { id?: number }[] = []
    a.listen((m) => answers.push(m as { id?: number }))
    a.post({ kind: 'call', id: 901, service: 'other', method: 'double', input: { n: 1 } })
    a.post('rubbish' as never)
    await client.double({ n: 1 })
    expect(answers.map((m) => m.id)).not.toContain(901)
  })

  it('raises events to those who hear, and to nobody after they stopped', async () => {
    const { client, emit } = both()
    const heard: number[] = []
    const stop = client.onProgress(({ share }) => heard.push(share))
    emit('progress', { share: 0.5 })
    await client.double({ n: 1 })
    stop()
    emit('progress', { share: 0.9 })
    await client.double({ n: 1 })
    expect(heard).toEqual([0.5])
  })

  it('drops an event whose payload does not fit', async () => {
    const { client, b } = both()
    const heard: unknown[] = []
    client.onProgress((p) => heard.push(p))
    b.post({ kind: 'event', service: 'slides', event: 'progress', payload: { share: 'half' } })
    b.post({ kind: 'event', service: 'slides', event: 'constructor', payload: {} })
    await client.double({ n: 1 })
    expect(heard).toEqual([])
  })

  it('does not take an answer to a page that was there before for its own', async () => {
    const { a, b } = transportPair()
    const doors = new Map<number, () => void>()
    const held = ({ n }: { n: number }): Promise<{ n: number }> =>
      new Promise((resolve) =>
        doors.set(n, () => {
          resolve({ n: n * 2 })
        }),
      )
    const none = (): never => {
      throw new Error('not asked here')
    }
    serve(contract, { double: held, fails: none, breaks: none, lies: none }, b)
    const before = connect(contract, a).double({ n: 1 })
    const after = connect(contract, a).double({ n: 2 })
    await vi.waitFor(() => expect(doors.size).toBe(2))
    doors.get(1)?.()
    expect(await before).toEqual({ n: 2 })
    doors.get(2)?.()
    expect(await after).toEqual({ n: 4 })
  })

  it('rejects what is pending and what comes later when the other end is gone', async () => {
    const { client, close, stop } = both()
    stop()
    const pending = client.double({ n: 1 })
    close('The engine stopped.')
    await expect(pending).rejects.toMatchObject({ code: 'disconnected', message: 'The engine stopped.' })
    await expect(client.double({ n: 1 })).rejects.toMatchObject({ code: 'disconnected' })
  })
})
