/**
 * Characters that nobody sees, or that turn the direction of what is around them: two names that differ by them look the
 * same. The joiners U+200C and U+200D are part of how Persian, Hindi and other languages are written, and of emoji: they
 * are refused only where they change nothing, which is behind anything but a letter of such a script or a picture.
 */
const INVISIBLE =
  /[\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]|(?<!(?![\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}\p{Script=Inherited}\p{Script=Common}])[\p{L}\p{M}]|[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])[\u200c\u200d]/u;
const ALL_INVISIBLE = new RegExp(INVISIBLE, 'gu');

/** Whether a name shows all that it is: no control character, no half of a character, none that is invisible. */
export function isVisible(text: string): boolean {
  return !/\p{Cc}|\p{Cs}/u.test(text) && !INVISIBLE.test(text);
}

/** Writes invisible characters down as JSON may write them. */
export function showInvisible(text: string): string {
  return text.replace(
    ALL_INVISIBLE,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
