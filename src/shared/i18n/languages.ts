/** The languages of the window, by ISO 639-1. */
export const LANGUAGES = ['en', 'cs', 'ru', 'ja'] as const
export type Language = (typeof LANGUAGES)[number]

/** Their names in themselves: who looks for a language can read it. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', cs: 'Čeština', ru: 'Русский', ja: '日本語' }

/** What a person chose: a language, or that of the system. */
export const LANGUAGE_CHOICES = ['system', ...LANGUAGES] as const
export type LanguageChoice = (typeof LANGUAGE_CHOICES)[number]

/**
 * The language that is shown.
 *
 * @param wanted what the system asks for, BCP 47 tags, the best first: `['cs-CZ', 'en']`; English where none of ours is among them
 */
export function languageOf(choice: LanguageChoice, wanted: readonly string[]): Language {
  if (choice !== 'system') return choice
  for (const tag of wanted) {
    const primary = tag.toLowerCase().split(/[-_]/)[0]
    const found = LANGUAGES.find((language) => language === primary)
    if (found !== undefined) return found
  }
  return 'en'
}
