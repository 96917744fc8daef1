import type { ModelRecord } from '#shared/records/model.ts'

/** A model as tables name it: as people call it, and by its id. */
export const modelCell = ({ name, id }: Pick<ModelRecord, 'name' | 'id'>): string => `${name} (${id})`
