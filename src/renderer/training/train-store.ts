import { createStore, type StoreApi } from 'zustand/vanilla'
import { type BackendName, type TrainSettings } from '#shared/contracts/job.ts'
import { type TrainRequest } from '#shared/contracts/work.ts'
import { stainChoice, type StainChoice } from '#shared/stains/stain-facts.ts'
import { type ModelRecord } from '#shared/records/model.ts'
import { type ModelId } from '#shared/records/ids.ts'
import { t } from '#shared/i18n/translate.ts'

/** What a person chose for the next training. Empty numbers mean the preset's own. */
export interface TrainChoice {
  readonly preset: string | null
  readonly from: ModelId | 'new' | 'file'
  readonly weightFile: string
  readonly epochs: number | null
  readonly batch: number | null
  readonly learningRate: number | null
  readonly patience: number | null
  readonly stain: StainChoice
  readonly seed: number
  readonly backend: BackendName | null
  readonly settingsOpen: boolean
  /** A cross-validation in place of one training, and into how many parts the images go where there are enough of them. */
  readonly inFolds: boolean
  readonly folds: number
}

/** Into how many parts images are divided. */
export const FOLD_CHOICES = [3, 5, 10] as const

export const INITIAL_CHOICE: TrainChoice = {
  preset: null,
  from: 'new',
  weightFile: '',
  epochs: null,
  batch: null,
  learningRate: null,
  patience: null,
  stain: 'none',
  seed: 0,
  backend: null,
  settingsOpen: false,
  inFolds: false,
  folds: 5,
}

export type TrainStore = StoreApi<TrainChoice>

export function createTrainStore(): TrainStore {
  return createStore<TrainChoice>(() => INITIAL_CHOICE)
}

/** Why the choice can't be started, or null. */
export function choiceFault({ from, weightFile }: TrainChoice): string | null {
  return from === 'file' && weightFile === '' ? t('Choose the weight file to start from.') : null
}

/** As many folds as were chosen, or fewer where there are not so many slides or patients; null where there are not even enough for the fewest. */
export const foldsFor = ({ folds }: Pick<TrainChoice, 'folds'>, groups: number): number | null =>
  FOLD_CHOICES.findLast((one) => one <= folds && one <= groups) ?? null

/** What a model learned with, which a training that goes on from it had better keep. */
export function stainOf({ settings }: Pick<ModelRecord, 'settings'>): StainChoice {
  const { success, data } = stainChoice.safeParse(settings['stain'])
  return success ? data : 'none'
}

/** The request that a choice makes for a preset. */
export function requestOf(choice: TrainChoice, preset: string): TrainRequest {
  const { from, weightFile, epochs, batch, learningRate, patience, stain, seed, backend } = choice
  const settings: TrainSettings = {
    ...(epochs === null ? {} : { epochs }),
    ...(batch === null ? {} : { batch }),
    ...(learningRate === null ? {} : { learningRate }),
    ...(patience === null ? {} : { patience }),
    ...(from === 'file' ? { weightFile } : {}),
    ...(stain === 'none' ? {} : { stain }),
  }
  return { preset, from: from === 'new' || from === 'file' ? null : from, seed, backend, settings }
}
