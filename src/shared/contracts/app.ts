import { z } from 'zod'
import { LANGUAGE_CHOICES, LANGUAGES } from '../i18n/languages.ts'
import { outlineModel } from './outliner.ts'
import { defineService, method } from '../ipc/service.ts'

/** What a person set for the app on this machine, apart from any project. */
const choices = {
  theme: z.enum(['dark', 'light', 'system']),
  /** Language of the window. */
  language: z.enum(LANGUAGE_CHOICES),
  /** Name under which annotations and decisions are signed. */
  person: z.string().max(200),
  /** Rebound keys by command id; null = no key. */
  keys: z.record(z.string(), z.string().nullable()),
  /** A digit that labels an image as a whole goes on to the next one at once. */
  digitMovesOn: z.boolean(),
  /** Predictions look at mirrored images too and average: about four times slower, a little better. */
  mirroredLooks: z.boolean(),
  /** Tables are exported as spreadsheets of many countries read them: a decimal comma and, in CSV, semicolons. */
  decimalComma: z.boolean(),
  /** Size of text and controls, percent. */
  textSize: z.number().int().min(80).max(200),
  /** A model of the person's own for the smart outline; null: Slidewright's. */
  outlineModel: outlineModel.nullable(),
}
export const preferences = z.object({
  theme: choices.theme.default('dark'),
  // One that a newer version knew is no reason to forget the rest.
  language: choices.language.default('system').catch('system'),
  person: choices.person.default(''),
  keys: choices.keys.default({}),
  digitMovesOn: choices.digitMovesOn.default(true),
  mirroredLooks: choices.mirroredLooks.default(false),
  decimalComma: choices.decimalComma.default(false),
  textSize: choices.textSize.default(100),
  outlineModel: choices.outlineModel.default(null),
})
/** A change of some: no defaults here, what is left out stays as it was. */
export const preferencesChange = z.object(choices).partial()
export type Preferences = z.infer<typeof preferences>

const filters = z.array(z.object({ name: z.string(), extensions: z.array(z.string()) }))
const nothing = z.object({})

/** Window to main: what belongs to the app and the machine. */
export const appContract = defineService({
  name: 'app',
  methods: {
    about: method(nothing, z.object({ version: z.string(), electron: z.string(), node: z.string(), platform: z.string() })),
    preferences: method(nothing, preferences),
    setPreferences: method(preferencesChange, preferences),
    /** The language that the window is in: the chosen one, or that of the system. */
    language: method(nothing, z.object({ language: z.enum(LANGUAGES) })),
    pickFiles: method(z.object({ title: z.string(), folders: z.boolean(), filters }), z.array(z.string())),
    pickSave: method(z.object({ title: z.string(), name: z.string(), filters }), z.string().nullable()),
    /** Folder in which new projects are offered to be made. */
    projectsFolder: method(nothing, z.object({ folder: z.string() })),
    /** Makes (once) and opens the sample project of synthetic smears; answers with its folder. */
    sample: method(nothing, z.object({ folder: z.string() })),
    /** Shows a file in the system's file manager. */
    reveal: method(z.object({ path: z.string() }), nothing),
    /** Gives the window the whole screen, or takes it back; answers with what it has now. */
    toggleFullScreen: method(nothing, z.object({ fullScreen: z.boolean() })),
    notify: method(z.object({ title: z.string(), body: z.string() }), nothing),
  },
  events: {
    /** A menu item was chosen: a command id of src/shared/commands.ts. */
    command: z.object({ id: z.string() }),
    /** The app is about to quit: the window stores how the project looks, and main waits for that a moment. */
    leaving: nothing,
  },
})
