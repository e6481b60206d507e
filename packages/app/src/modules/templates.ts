import {
  ApiBlueprint,
  type AppLanguageApi,
  appLanguageApiRef,
  createFrontendModule,
} from '@backstage/frontend-plugin-api';
import {
  type CatalogApi,
  catalogApiRef,
} from '@backstage/plugin-catalog-react';
import type {
  LogEvent,
  ScaffolderApi,
} from '@backstage/plugin-scaffolder-react';
import scaffolderPlugin from '@backstage/plugin-scaffolder/alpha';
import {
  templateTexts,
  type TranslateText,
  translateTexts,
} from '@model-ci/backstage-plugin-model-ci-common';

type Entity = NonNullable<Awaited<ReturnType<CatalogApi['getEntityByRef']>>>;

const asItIs: TranslateText = text => text;

type Events = ReturnType<ScaffolderApi['streamLogs']>;

interface EventObserver {
  next?(event: LogEvent): void;
  error?(error: Error): void;
  complete?(): void;
}

function translatorOf(
  entity: Entity,
  language: AppLanguageApi,
): TranslateText | undefined {
  const texts = templateTexts(entity, language.getLanguage().language);
  return texts && (text => texts.get(text) ?? text);
}

/** A template as the user reads its title and description; any other entity as it is. */
function translateEntity<T extends Entity | undefined>(
  entity: T,
  language: AppLanguageApi,
): T {
  const translate = entity && translatorOf(entity, language);
  if (!entity || !translate) {
    return entity;
  }
  const { title, description } = entity.metadata;
  return {
    ...entity,
    metadata: {
      ...entity.metadata,
      ...(title && { title: translate(title) }),
      ...(description && { description: translate(description) }),
    },
  };
}

/** Those who ask for the title alone get what it is translated by as well. */
function withTranslations<T extends { fields?: string[] } | undefined>(
  request: T,
): T {
  return request?.fields?.includes('metadata.title')
    ? { ...request, fields: [...request.fields, 'spec.translations'] }
    : request;
}

/** Calls go to the API that is behind, but for those that are given. */
function over<T extends object>(api: T, own: Partial<T>): T {
  return new Proxy(api, {
    get(target, name) {
      const value = Reflect.get(own, name) ?? Reflect.get(target, name);
      return typeof value === 'function'
        ? value.bind(name in own ? own : target)
        : value;
    },
  });
}

export function translateCatalog(
  catalog: CatalogApi,
  language: AppLanguageApi,
): CatalogApi {
  const translateItems = <T extends { items: (Entity | undefined)[] }>(
    response: T,
  ): T => ({
    ...response,
    items: response.items.map(item => translateEntity(item, language)),
  });
  return over(catalog, {
    getEntities: async (request, options) =>
      translateItems(
        await catalog.getEntities(withTranslations(request), options),
      ),
    getEntitiesByRefs: async (request, options) =>
      translateItems(
        await catalog.getEntitiesByRefs(withTranslations(request), options),
      ),
    queryEntities: async (request, options) =>
      translateItems(
        await catalog.queryEntities(withTranslations(request), options),
      ),
    getEntityByRef: async (ref, options) =>
      translateEntity(await catalog.getEntityByRef(ref, options), language),
  });
}

function translateEvents(events: Events, translate: TranslateText): Events {
  function subscribe(
    observer?: EventObserver | ((event: LogEvent) => void),
    onError?: (error: Error) => void,
    onComplete?: () => void,
  ) {
    const { next, error, complete }: EventObserver =
      typeof observer === 'object'
        ? observer
        : { next: observer, error: onError, complete: onComplete };
    return events.subscribe(
      event => next?.(translateTexts(event, translate)),
      error,
      complete,
    );
  }
  return over(events, { subscribe });
}

export function translateScaffolder(
  scaffolder: ScaffolderApi,
  catalog: CatalogApi,
  language: AppLanguageApi,
): ScaffolderApi {
  const findTranslator = async (ref: string | undefined) => {
    // A task may outlive its template, and a form is better in English than not there.
    const template =
      ref && (await catalog.getEntityByRef(ref).catch(() => undefined));
    return (template && translatorOf(template, language)) || asItIs;
  };
  /** Of the tasks that were asked for, whose logs are read afterwards. */
  const ofTasks = new Map<string, TranslateText>();
  return over(scaffolder, {
    getTemplateParameterSchema: async (ref, options) => {
      const [schema, translate] = await Promise.all([
        scaffolder.getTemplateParameterSchema(ref, options),
        findTranslator(ref),
      ]);
      return translateTexts(schema, translate);
    },
    getTask: async (taskId, options) => {
      const task = await scaffolder.getTask(taskId, options);
      const translate = await findTranslator(task.spec.templateInfo?.entityRef);
      ofTasks.set(taskId, translate);
      const steps = task.spec.steps.map(step => ({
        ...step,
        name: translate(step.name),
      }));
      return { ...task, spec: { ...task.spec, steps } };
    },
    // The last event of a task has the links to what it made.
    streamLogs: (request, options) =>
      translateEvents(
        scaffolder.streamLogs(request, options),
        ofTasks.get(request.taskId) ?? asItIs,
      ),
  });
}

const translatedScaffolder = scaffolderPlugin
  .getExtension('api:scaffolder')
  .override({
    factory(original) {
      const { api, deps, factory } = original().get(
        ApiBlueprint.dataRefs.factory,
      );
      return [
        ApiBlueprint.dataRefs.factory({
          api,
          deps: {
            ...deps,
            catalog: catalogApiRef,
            language: appLanguageApiRef,
          },
          factory: ({ catalog, language, ...apis }) =>
            translateScaffolder(
              factory(apis) as ScaffolderApi,
              catalog as CatalogApi,
              language as AppLanguageApi,
            ),
        }),
      ];
    },
  });

/**
 * Forms and tasks in the user's language, by the tables in `spec.translations` of each template; catalog.ts has the cards.
 * Backstage itself translates nothing of what a template says.
 */
export const templatesModule = createFrontendModule({
  pluginId: 'scaffolder',
  extensions: [translatedScaffolder],
});
