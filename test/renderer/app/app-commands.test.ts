import { afterEach, expect, it } from 'vitest'
import { heard } from '#shared/i18n/heard.ts'
import { setLanguage } from '#shared/i18n/translate.ts'
import type { ImageState } from '#shared/records/image.ts'
import { predictAll, setImageState } from '../../../src/renderer/app/app-commands.ts'
import { model } from '../../main/project/fixtures.ts'
import { IMAGE } from '../records.ts'
import { openSession } from '../session.ts'

afterEach(() => {
  setLanguage('en')
})

it('the state of an image is stored under an English name, which every language of the window knows', async () => {
  setLanguage('cs')
  const { stores, project } = await openSession({})
  const names: (string | null)[] = []
  for (const state of ['done', 'reviewed', 'in-work'] satisfies ImageState[]) {
    await setImageState({ stores }, stores.document.getState().tables.images.get(IMAGE)!, state)
    await project.idle()
    names.push(project.snapshot().history.undo)
  }
  expect(names).toEqual(['Mark as done', 'Mark as reviewed', 'Change state'])
  expect(names.map((name) => heard(name!))).toEqual(['Označit jako hotový', 'Označit jako zkontrolovaný', 'Změnit stav'])
})

it('predicts with the model that is asked for, and with the newest where none is', async () => {
  const fold = { of: 'folds', index: 0, folds: 3 }
  const { stores } = await openSession({ models: [model('model-1'), { ...model('model-2'), fold }] })
  const asked: unknown[] = []
  const work = { ...stores.clients.work, predict: (request: { modelId: string }) => Promise.resolve(void asked.push(request.modelId)) }
  const shell = { getState: () => ({ preferences: { mirroredLooks: false } }) }
  const means = { stores: { ...stores, clients: { ...stores.clients, work } }, shell } as unknown as Parameters<typeof predictAll>[0]
  await predictAll(means)
  await predictAll(means, { model: model('model-1').id })
  await predictAll(means, { model: 'ensemble', inRegions: true })
  expect(asked).toEqual(['ensemble', 'model-1', 'ensemble'])
})
