import { isFinished } from '#shared/records/image.ts'
import { useEffect, useRef, useState } from 'react'
import { type PresetInfo } from '#shared/contracts/engine.ts'
import { type ColorCheck } from '#shared/contracts/domain.ts'
import { type LookAlikes, type TrainingData } from '#shared/contracts/work.ts'
import { type HistoryState } from '#shared/records/edit.ts'
import { t } from '#shared/i18n/translate.ts'
import { totalOf } from '../panels/library-store.ts'
import { useApp, useDocument } from '../app/context.ts'

/** What main said, or is about to, of a project as it is: more than one panel wants it, and all labels are read for it. */
const answers = new WeakMap<HistoryState, Promise<TrainingData>>()

/** What would be learned from now; null until main answered. Asked again when labels or splits changed. */
export function useTrainingData(): TrainingData | null {
  const { stores } = useApp()
  const sequence = useDocument(({ history }) => history.sequence)
  const [data, setData] = useState<TrainingData | null>(null)
  useEffect(() => {
    let wanted = true
    const { history } = stores.document.getState()
    const asked = answers.get(history) ?? stores.clients.work.trainingData({})
    answers.set(history, asked)
    asked.then(
      (answer) => {
        if (wanted) setData(answer)
      },
      (thrown: unknown) => {
        answers.delete(history)
        stores.messages.failed(t('Look at the training data'), thrown)
      },
    )
    return () => {
      wanted = false
    }
  }, [stores, sequence])
  return data
}

/** Look-alikes across the split; null until main has looked, which takes a while the first time. Asked again when the split changed. */
export function useLookAlikes(): LookAlikes | null {
  const { stores } = useApp()
  return useAskedBySplit(() => stores.clients.work.lookAlikes({}))
}

/** Images whose colours are far from those that are learned from; as `useLookAlikes`. */
export function useColorCheck(): ColorCheck | null {
  const { stores } = useApp()
  return useAskedBySplit(() => stores.clients.work.colorCheck({}))
}

function useAskedBySplit<T>(ask: () => Promise<T>): T | null {
  const splits = useDocument(({ images }) => images.map(({ id, split }) => `${id} ${split ?? ''}`).join())
  const asking = useRef(ask)
  asking.current = ask
  const [found, setFound] = useState<T | null>(null)
  useEffect(() => {
    let wanted = true
    setFound(null)
    asking.current().then(
      (answer) => {
        if (wanted) setFound(answer)
      },
      // What cannot be looked at is said where the images are.
      () => undefined,
    )
    return () => {
      wanted = false
    }
  }, [splits])
  return found
}

/** The presets for the project's task; null until the engine named them. */
export function usePresets(): readonly PresetInfo[] | null {
  const { stores } = useApp()
  const task = useDocument(({ project }) => project?.task)
  const [presets, setPresets] = useState<readonly PresetInfo[] | null>(null)
  useEffect(() => {
    stores.clients.work.presets({}).then(
      (all) => {
        setPresets(all.filter((preset) => preset.task === task))
      },
      (thrown: unknown) => {
        stores.messages.failed(t('Read the presets'), thrown)
        setPresets([])
      },
    )
  }, [stores, task])
  return presets
}

/** Labelled images without a split: main divides them when a training starts. */
export function useUnsplit(): number {
  return useDocument(
    ({ images, tables }) =>
      images.filter((image) => image.split === null && (isFinished(image) || totalOf(tables.counts, image.id) > 0)).length,
  )
}
