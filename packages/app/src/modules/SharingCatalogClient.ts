import {
  CatalogClient,
  type CatalogRequestOptions,
  type GetEntitiesByRefsRequest,
  type GetEntitiesByRefsResponse,
  type GetEntityAncestorsRequest,
  type GetEntityAncestorsResponse,
  type GetEntityFacetsRequest,
  type GetEntityFacetsResponse,
} from '@backstage/catalog-client';

/** Time for the cards of a page to say what they need. Nobody notices it, and cards that are drawn together ask within it. */
const WINDOW_MS = 10;

/** How long an answer holds. Cards are drawn several times while a page loads, and ask again each time. */
const FRESH_MS = 2_000;

interface Asked {
  request: GetEntitiesByRefsRequest;
  resolve(answer: Promise<GetEntitiesByRefsResponse>): void;
}

/**
 * Asks the catalog once for what several cards of a page need: each of them fetches the owner, the relations, and the ancestry
 * of the entity by itself. What is asked at the same time becomes one request, and the same question is not
 * repeated while a page loads. The catalog itself shows a change only after its next round of processing.
 */
export class SharingCatalogClient extends CatalogClient {
  readonly #answers = new Map<string, Promise<unknown>>();
  #asked: Asked[] = [];

  async getEntityAncestors(
    request: GetEntityAncestorsRequest,
    options?: CatalogRequestOptions,
  ): Promise<GetEntityAncestorsResponse> {
    return options
      ? super.getEntityAncestors(request, options)
      : this.#share(`ancestors ${request.entityRef}`, () =>
          super.getEntityAncestors(request),
        );
  }

  async getEntityFacets(
    request: GetEntityFacetsRequest,
    options?: CatalogRequestOptions,
  ): Promise<GetEntityFacetsResponse> {
    return options
      ? super.getEntityFacets(request, options)
      : this.#share(`facets ${JSON.stringify(request)}`, () =>
          super.getEntityFacets(request),
        );
  }

  async getEntitiesByRefs(
    request: GetEntitiesByRefsRequest,
    options?: CatalogRequestOptions,
  ): Promise<GetEntitiesByRefsResponse> {
    return options || request.filter
      ? super.getEntitiesByRefs(request, options)
      : this.#share(`entities ${JSON.stringify(request)}`, () =>
          this.#join(request),
        );
  }

  #share<T>(question: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(question);
    if (known) return known as Promise<T>;
    const answer = ask();
    const forget = () => this.#answers.delete(question);
    this.#answers.set(question, answer);
    answer.then(() => setTimeout(forget, FRESH_MS), forget);
    return answer;
  }

  #join(request: GetEntitiesByRefsRequest): Promise<GetEntitiesByRefsResponse> {
    return new Promise(resolve => {
      this.#asked.push({ request, resolve });
      if (this.#asked.length === 1) setTimeout(() => this.#ask(), WINDOW_MS);
    });
  }

  #ask(): void {
    const asked = this.#asked;
    this.#asked = [];
    const entityRefs = [
      ...new Set(asked.flatMap(({ request }) => request.entityRefs)),
    ];
    const answer = super.getEntitiesByRefs({
      entityRefs,
      fields: allFields(asked.map(({ request }) => request)),
    });
    for (const { request, resolve } of asked) {
      resolve(
        answer.then(({ items }) => ({
          items: request.entityRefs.map(ref => items[entityRefs.indexOf(ref)]),
        })),
      );
    }
  }
}

/** The fields that at least one needs; undefined, which means all of them, where one needs all. */
function allFields(
  requests: GetEntitiesByRefsRequest[],
): GetEntitiesByRefsRequest['fields'] {
  const fields = new Set<string>();
  for (const request of requests) {
    if (!request.fields) return undefined;
    request.fields.forEach(field => fields.add(field));
  }
  return [...fields];
}
