import { type Preferences } from '#shared/contracts/app.ts'
import { t } from '#shared/i18n/translate.ts'
import { type AppModel } from './context.ts'

/** Keeps a preference: seen at once, stored by main, taken back with a word where that fails. */
export async function setPreferences({ stores, shell }: Pick<AppModel, 'stores' | 'shell'>, part: Partial<Preferences>): Promise<void> {
  const before = shell.getState().preferences
  shell.setState({ preferences: { ...before, ...part } })
  if (part.person !== undefined) stores.tool.setAuthor(part.person)
  try {
    // All of them: a part that is left out would be taken for its default on the way.
    shell.setState({ preferences: await stores.clients.app.setPreferences({ ...before, ...part }) })
    // Not before main knows of it, which it is that asks the model.
    if (part.outlineModel !== undefined) stores.tool.setOutlineModel(part.outlineModel)
  } catch (thrown) {
    shell.setState({ preferences: before })
    stores.messages.failed(t('Keep the preference'), thrown)
  }
}
