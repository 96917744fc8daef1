import { type PredictRequest } from '#shared/contracts/work.ts'
import { type CommandId } from '#shared/commands.ts'
import { type CommandHandlers } from '../tools/command-registry.ts'
import { neighbour, nextUndone } from '../panels/library-store.ts'
import { type ImageId, type ModelId, type RunId } from '#shared/records/ids.ts'
import { shownModels } from '#shared/records/model-note.ts'
import { type ImageRecord, type ImageState } from '#shared/records/image.ts'
import { say } from '#shared/i18n/say.ts'
import { heard } from '#shared/i18n/heard.ts'
import { t } from '#shared/i18n/translate.ts'
import { locateImage } from '../panels/locate-image.ts'
import { imagesMeant, removeImages } from '../panels/remove-images.ts'
import { listedImages } from '../panels/listed-images.ts'
import { openImageOf } from '../state/document.ts'
import { type DistanceOperation } from '../state/tool.ts'
import { hasAreas } from '../tools/area-commands.ts'
import { selectedLine } from '../tools/selected-line.ts'
import { drawsAreas, isOffered } from '../tools/tool-set.ts'
import { type AppModel } from './context.ts'
import { type ProjectPlace } from './shell-store.ts'

type Means = Pick<AppModel, 'stores' | 'shell' | 'library' | 'labels' | 'projects'>

/** Turns to the image `step` places on in the list. */
export function turn(means: Means, step: 1 | -1): boolean {
  const next = neighbour(listedImages(means), means.stores.document.getState().imageId, step)
  if (next) void means.stores.actions.openImage(next.id)
  return next !== null
}

/** Gives an image a state; one undo step. */
export function setImageState({ stores }: Pick<Means, 'stores'>, image: ImageRecord, state: ImageState): Promise<boolean> {
  if (image.state === state) return Promise.resolve(true)
  const label = state === 'done' ? say('Mark as done') : state === 'reviewed' ? say('Mark as reviewed') : say('Change state')
  return stores.actions.commit({ label, put: { images: [{ ...image, state }] }, remove: {} })
}

/** Enter in Label: the open image is done, the next one that is not comes up. */
export function doneAndNext(means: Means): boolean {
  const { stores } = means
  const { tables, imageId } = stores.document.getState()
  const image = imageId === null ? undefined : tables.images.get(imageId)
  if (!image) return false
  const next = nextUndone(listedImages(means), image.id)
  const keeps = image.state === 'reviewed'
  void setImageState(means, image, keeps ? 'reviewed' : 'done').then((committed) => {
    if (!committed) return
    if (next) void stores.actions.openImage(next.id)
    else stores.messages.hint(t('All images in the list are done.'), t('Train on them, or add more images.'))
  })
  return true
}

function whileOpen({ stores }: Means, run: () => void): () => boolean {
  return () => {
    if (stores.document.getState().project === null) return false
    run()
    return true
  }
}

function placeHandlers(means: Means): CommandHandlers {
  const go = (place: ProjectPlace) =>
    whileOpen(means, () => {
      means.shell.goTo(place)
    })
  const fold = (side: 'left' | 'right' | 'all') =>
    whileOpen(means, () => {
      means.shell.fold(side)
    })
  return {
    'place.label': go('label'),
    'place.train': go('train'),
    'place.review': go('review'),
    'place.count': go('count'),
    'panel.left': fold('left'),
    'panel.right': fold('right'),
    'panel.all': fold('all'),
  }
}

function projectHandlers(means: Means): CommandHandlers {
  const { stores, shell, projects } = means
  return {
    'project.new': () => {
      shell.open({ kind: 'new-project', paths: [] })
    },
    'project.open': () => void projects.pick(),
    'project.sample': () => void projects.sample(),
    'project.workflow': () => {
      if (stores.document.getState().project === null) return false
      shell.open({ kind: 'workflow' })
      return true
    },
    'project.models': whileOpen(means, () => {
      shell.open({ kind: 'models' })
    }),
    'project.restore': () => void projects.restore(stores.document.getState().project?.folder ?? null),
    'project.close': whileOpen(means, () => void projects.close()),
    'project.reveal': whileOpen(means, () => {
      const folder = stores.document.getState().project?.folder ?? ''
      stores.clients.app.reveal({ path: folder }).catch((thrown: unknown) => {
        stores.messages.failed(t('Show the folder'), thrown)
      })
    }),
    'images.import': whileOpen(means, () => void projects.pickImages(true)),
    'images.origin': () => {
      if (stores.document.getState().images.length === 0) return false
      shell.open({ kind: 'origin', image: null })
      return true
    },
    'images.pixel-size': () => askPixelSize(means, null),
    'object.scale': () => {
      const line = selectedLine(stores)
      if (line === null)
        stores.messages.hint(t('Select a line whose length you know.'), t('Draw one with the ruler, over the scale bar of the picture.'))
      return line === null || askPixelSize(means, line)
    },
    'images.split': whileOpen(means, () => {
      shell.open({ kind: 'split' })
    }),
  }
}

/** Asks how large the pixels are; of a line of so many pixels, how long it is. */
function askPixelSize({ stores, shell }: Means, line: number | null): boolean {
  if (stores.document.getState().images.length === 0) return false
  shell.open({ kind: 'pixel-size', line })
  return true
}

/** Masks the files' names in the window, or shows them. */
function maskNames({ stores }: Means): void {
  stores.display.toggle('maskNames')
  if (stores.display.getState().maskNames)
    stores.messages.hint(
      t('File names are masked: images are shown by number.'),
      t('Exports carry the names as before; a copied table has those that are shown.'),
    )
  else stores.messages.done(t('File names are shown'))
}

/** Shows the next image of the list beside the open one, or closes what is there. */
function toggleBeside(means: Means): boolean {
  const { document, beside } = means.stores
  const open = document.getState().imageId
  if (open === null) return false
  if (beside.getState().imageId !== null) beside.close()
  else beside.show((neighbour(listedImages(means), open, 1) ?? neighbour(listedImages(means), open, -1))?.id ?? open)
  return true
}

/** Shows what lies beside a slide in its file, but not to somebody who reads blinded. */
function showAssociated({ stores, shell }: Means): boolean {
  const image = openImageOf(stores.document.getState())
  if (!image) return false
  if (stores.display.getState().maskNames)
    stores.messages.hint(t('Label and macro image are not shown while file names are masked.'), t('They may show the patient’s name.'))
  else shell.open({ kind: 'associated', imageId: image.id })
  return true
}

function imageHandlers(means: Means): CommandHandlers {
  return {
    'view.mask-names': whileOpen(means, () => {
      maskNames(means)
    }),
    'image.next': () => turn(means, 1),
    'image.previous': () => turn(means, -1),
    'image.done': () => doneAndNext(means),
    'image.locate': () => {
      const image = openImageOf(means.stores.document.getState())
      if (image) void locateImage(means, image)
      return image !== null
    },
    'image.remove': () => {
      const ids = imagesMeant(means)
      if (ids.length > 0) void removeImages(means, ids)
      return ids.length > 0
    },
    'outline.model': whileOpen(means, () => {
      means.shell.open({ kind: 'outline-model' })
    }),
    'image.associated': () => showAssociated(means),
    'image.beside': () => toggleBeside(means),
    // From elsewhere they lead to the place that does them: there they are registered on top of these.
    'train.start': whileOpen(means, () => {
      means.shell.goTo('train')
    }),
    'export.counts': whileOpen(means, () => {
      means.shell.goTo('count')
    }),
    ...leadingTo(means, 'count', ['export.measurements', 'export.report', 'export.report-template']),
    'export.labels': whileOpen(means, () => {
      means.shell.open({ kind: 'export' })
    }),
    'predict.start': whileOpen(means, () => void predictAll(means)),
    'predict.regions': whileOpen(means, () => void predictAll(means, { inRegions: true })),
  }
}

/** Commands that a place does: from elsewhere they lead there. */
function leadingTo<C extends CommandId>(means: Means, place: ProjectPlace, ids: readonly C[]): Record<C, () => boolean> {
  const lead = whileOpen(means, () => {
    means.shell.goTo(place)
  })
  return Object.fromEntries(ids.map((id) => [id, lead])) as Record<C, () => boolean>
}

/** What asks for a distance first. */
function distanceHandlers({ stores, shell }: Means): CommandHandlers {
  const ask = (operation: DistanceOperation) => (): boolean => {
    const { project, imageId } = stores.document.getState()
    if (project === null || imageId === null || !drawsAreas(project.task)) return false
    if (hasAreas(stores)) shell.open({ kind: 'distance', operation })
    return true
  }
  return { 'area.expand': ask('expand'), 'area.shrink': ask('shrink'), 'area.simplify': ask('simplify') }
}

interface PredictAll {
  /** Left out: the newest model that is offered, all folds together where that is one of a cross-validation. */
  readonly model?: ModelId | 'ensemble'
  readonly inRegions?: boolean
}

/** Starts a prediction of a model on all images, or in their regions of interest only. */
export async function predictAll({ stores, shell }: Pick<Means, 'stores' | 'shell'>, asked: PredictAll = {}): Promise<void> {
  const { model, inRegions = false } = asked
  const { models, tables } = stores.document.getState()
  const shown = shownModels(models, tables.modelNotes.values())
  if (model === undefined && shown.length === 0) {
    if (models.length === 0) stores.messages.hint(t('There is no model yet.'), t('Train one first, then predict.'))
    else stores.messages.hint(t('All models are archived.'), t('Take one out of the archive in Train, or train another.'))
    return
  }
  try {
    const modelId = model ?? (shown.at(-1)?.fold ? 'ensemble' : 'latest')
    await stores.clients.work.predict({ modelId, inRegions, flips: shell.getState().preferences.mirroredLooks })
    stores.messages.done(inRegions ? t('Predicting in the regions') : t('Predicting on all images'))
    // By a command nothing stood beside it before.
    if (model === undefined) void hintOfDomain(stores, { modelId, inRegions })
  } catch (thrown) {
    stores.messages.failed(t('Predict'), thrown)
  }
}

/** What is to be known of the images' colours; a note that cannot be made stops nobody. */
async function hintOfDomain({ clients, messages }: Means['stores'], request: PredictRequest): Promise<void> {
  const note = await clients.work.domainNote(request).catch(() => '')
  if (note !== '') messages.hint(t('Look at what it finds'), heard(note))
}

/** Has a run's models look at the images that it has not seen: they join the run, so what was decided of the others stays. */
export async function predictRest({ stores }: Pick<Means, 'stores'>, run: RunId, images: readonly ImageId[] | null): Promise<void> {
  try {
    await stores.clients.work.predict({ modelId: 'latest', rest: true, joins: run, images: images === null ? null : [...images] })
    stores.messages.done(t('Predicting on further images'))
  } catch (thrown) {
    stores.messages.failed(t('Predict'), thrown)
  }
}

/** The filter's fields stand in the right panel, which is shown for them. */
function filterHandlers({ stores, shell }: Means): CommandHandlers {
  const isOfferedHere = (id: CommandId): boolean => {
    const { project } = stores.document.getState()
    return project !== null && isOffered(id, project.task)
  }
  return {
    'view.filter': () => {
      if (!isOfferedHere('view.filter')) return false
      if (shell.getState().right) stores.filter.toggle()
      else stores.filter.setState({ open: true })
      shell.setState({ right: true })
      return true
    },
    'view.filter-clear': () => {
      if (!isOfferedHere('view.filter-clear')) return false
      stores.filter.clear()
      return true
    },
  }
}

/** What the frame of the window does by command. Places and canvas register theirs on top of it. */
export function registerAppCommands(means: Means, toggleTheme: () => void, openPalette: () => void): () => void {
  const { shell } = means
  return means.stores.commands.register({
    ...placeHandlers(means),
    ...projectHandlers(means),
    ...imageHandlers(means),
    ...distanceHandlers(means),
    ...filterHandlers(means),
    'app.palette': openPalette,
    'app.help': () => {
      shell.open({ kind: 'help' })
    },
    'app.keys': () => {
      shell.open({ kind: 'keys' })
    },
    'app.guide': () => {
      const { project } = means.stores.document.getState()
      if (project === null || !isOffered('app.guide', project.task)) return false
      shell.setState(({ guide }) => ({ guide: !guide }))
      return true
    },
    'app.preferences': () => {
      shell.open({ kind: 'preferences' })
    },
    'app.about': () => {
      shell.open({ kind: 'about' })
    },
    'app.full-screen': () => {
      means.stores.clients.app.toggleFullScreen({}).catch((thrown: unknown) => {
        means.stores.messages.failed(t('Full screen'), thrown)
      })
    },
    'app.theme': toggleTheme,
  })
}
