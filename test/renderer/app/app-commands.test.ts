import { afterEach, expect, it } from 'vitest'
import { heard } from '#shared/i18n/heard.ts'
import { setLanguage } from '#shared/i18n/translate.ts'
import type { ImageState } from '#shared/records/image.ts'
import { setImageState } from '../../../src/renderer/app/app-commands.ts'
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
