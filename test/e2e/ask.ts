import { type Page } from 'playwright-core'
import { type Message } from '#shared/ipc/transport.ts'
import { type ErrorInfo } from '#shared/errors.ts'
import { type Bridge } from '#shared/ipc/channel.ts'
import { type projectSnapshot } from '#shared/contracts/project.ts'
import { isPlaced, shapeBounds } from '#shared/geometry/shape-bounds.ts'
import { annotationColumns, annotationsOf } from '#shared/objects/annotation-columns.ts'
import { predictionColumns, predictionsOf } from '#shared/objects/prediction-columns.ts'
import { type AnnotationRecord } from '#shared/records/annotation.ts'
import { type DecisionRecord, type PredictionRecord } from '#shared/records/prediction.ts'
import { type z } from 'zod'

export type Snapshot = z.output<typeof projectSnapshot>
export type Answer<T> = { readonly value: T } | { readonly error: ErrorInfo }

/** Calls main over the window's own bridge, past everything that the window does: what main says is what is stored. */
export async function tryAsk<T>(page: Page, service: string, method: string, input: unknown = {}): Promise<Answer<T>> {
  return page.evaluate(
    ({ service: to, method: name, input: given }) =>
      new Promise<Answer<T>>((resolve) => {
        const { slidewright: bridge } = window as unknown as { slidewright: Bridge }
        // The window's own numbers are above zero.
        const id = -1 - Math.floor(Math.random() * 1_000_000_000)
        const stop = bridge.listen((raw) => {
          const heard = raw as Message
          if (heard.kind === 'event' || heard.kind === 'call' || heard.id !== id) return
          stop()
          resolve(heard.kind === 'answer' ? { value: heard.value as T } : { error: heard.error })
        })
        bridge.post({ kind: 'call', id, service: to, method: name, input: given })
      }),
    { service, method, input },
  )
}

/** As `tryAsk`, and throws where main refused. */
export async function ask<T>(page: Page, service: string, method: string, input: unknown = {}): Promise<T> {
  const answer = await tryAsk<T>(page, service, method, input)
  if ('error' in answer) throw new Error(`${service}.${method}: ${answer.error.code}: ${answer.error.message}`)
  return answer.value
}

export async function snapshot(page: Page): Promise<Snapshot> {
  const found = await ask<Snapshot | null>(page, 'project', 'current')
  if (!found) throw new Error('no project is open')
  return found
}

interface Objects {
  readonly annotations: unknown
  readonly decisions: DecisionRecord[]
}

const askObjects = async (page: Page, image: string): Promise<Objects> =>
  ask<Objects>(page, 'project', 'objects', { imageId: await imageIdOf(page, image) })

export async function annotationsOn(page: Page, image: string): Promise<AnnotationRecord[]> {
  return annotationsOf(annotationColumns.parse((await askObjects(page, image)).annotations))
}

export async function predictionsOn(page: Page, image: string): Promise<PredictionRecord[]> {
  const { runs } = await snapshot(page)
  const wanted = { imageId: await imageIdOf(page, image), runId: runs.at(-1)?.id }
  const columns = predictionColumns.parse(await ask(page, 'project', 'predictions', wanted))
  return predictionsOf(columns)
}

export async function decisionsOn(page: Page, image: string): Promise<DecisionRecord[]> {
  return (await askObjects(page, image)).decisions
}

async function imageIdOf(page: Page, name: string): Promise<string> {
  const image = (await snapshot(page)).images.find((one) => one.name === name)
  if (!image) throw new Error(`no image ${name} in the project`)
  return image.id
}

/** Pixels: a drag of the mouse ends on whole pixels of the screen, so what it leaves is known to about one pixel of the image. */
const HAND = 5

/** The objects of an image as a hand draws them: class and shape, to the nearest five pixels, in a fixed order. */
export async function objectsOn(page: Page, image: string): Promise<string[]> {
  const { classes } = await snapshot(page)
  const nameOf = (id: string): string => classes.find((one) => one.id === id)?.name ?? '?'
  const text = ({ classId, shape }: AnnotationRecord): string => {
    const { x, y, width, height } = isPlaced(shape) ? shapeBounds(shape) : { x: 0, y: 0, width: 0, height: 0 }
    const numbers = shape.type === 'point' ? [x, y] : [x, y, width, height]
    return `${nameOf(classId)} ${shape.type} ${numbers.map((number) => Math.round(number / HAND) * HAND).join(' ')}`
  }
  return (await annotationsOn(page, image)).map(text).sort()
}
