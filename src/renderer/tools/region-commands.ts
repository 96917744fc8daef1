import { say } from '#shared/i18n/say.ts'
import { newId, regionId, type RegionId } from '#shared/records/ids.ts'
import { nextRegionName, type RegionRecord, type RegionShape } from '#shared/records/region.ts'
import { regionsOf } from '../state/document.ts'
import { type Stores } from '../state/stores.ts'
import { isGuess } from '../viewer/scene.ts'
import { selectedAreas } from './area-effects.ts'

// What is done to the regions of interest of the open image. One edit each.

/** New regions, numbered on; nothing is said yet of how well they are labelled. */
export function addRegions(stores: Stores, shapes: readonly RegionShape[], label: string): void {
  const stamp = stores.actions.stamp()
  if (stamp === null || shapes.length === 0) return
  void stores.actions.commit({ label, put: { regions: madeOf(stores, shapes) }, remove: {} })
}

function madeOf(stores: Stores, shapes: readonly RegionShape[]): RegionRecord[] {
  const stamp = stores.actions.stamp()
  if (stamp === null) return []
  const all = [...regionsOf(stores.document.getState())]
  return shapes.map((shape) => {
    const { imageId, author, now } = stamp
    const facts = { fullyLabelled: false, author, createdAt: now, updatedAt: now }
    const region: RegionRecord = { id: regionId.parse(newId()), imageId, shape, name: nextRegionName(all), ...facts }
    all.push(region)
    return region
  })
}

/** The selected areas become regions and are objects no more. What a model predicted stays what it is, and gives its shape. */
export function regionsOfSelected(stores: Stores): boolean {
  const { scene, selection, actions } = stores
  const areas = selectedAreas(scene.getState().scene, selection.getState().selected)
  const regions = madeOf(stores, areas.map(({ shape }) => shape)) // prettier-ignore
  const annotations = areas.flatMap(({ id }) => (isGuess(id) ? [] : [id]))
  const label = say('Make {{count}} regions of objects', { count: regions.length })
  void actions.commit({ label, put: { regions }, remove: { annotations } })
  return true
}

/** Another name, or another word on whether all is labelled. */
export function changeRegion(stores: Stores, id: RegionId, change: Partial<Pick<RegionRecord, 'name' | 'fullyLabelled'>>): void {
  const region = stores.document.getState().tables.regions.get(id)
  if (!region) return
  const label =
    change.fullyLabelled === undefined
      ? say('Name region')
      : change.fullyLabelled
        ? say('Mark region as fully labelled')
        : say('Mark region as not fully labelled')
  const regions = [{ ...region, ...change, updatedAt: new Date().toISOString() }]
  void stores.actions.commit({ label, put: { regions }, remove: {} })
}

export function removeRegion(stores: Stores, id: RegionId): void {
  void stores.actions.commit({ label: say('Delete region'), put: {}, remove: { regions: [id] } })
}
