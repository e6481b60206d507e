/** Text of an answer that a hostile service may have made endless; the rest is not read. */
export async function readBounded(
  response: Response,
  maxCharacters: number,
): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  while (reader && text.length <= maxCharacters) {
    const { done, value } = await reader.read();
    if (done) {
      return text;
    }
    text += decoder.decode(value, { stream: true });
  }
  await reader?.cancel().catch(() => {});
  return text.slice(0, maxCharacters);
}
