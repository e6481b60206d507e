// Executes a declarative Jenkinsfile in the current folder, with Groovy as Jenkins does (2.4), so that what Groovy
// makes of its quotes, names and blocks is what Jenkins sees. The sections and steps are those written here, with the
// order and the failures of Jenkins' documentation; any other ends the build with an error that names it.
//
// groovy jenkins.groovy JENKINSFILE, with what Jenkins sets of a build in the environment, and the credentials, by
// their ids, as JSON in JENKINS_CREDENTIALS. Ends with 0 if the build succeeds, else with 1.
import groovy.json.JsonSlurper

class CommandFailed extends RuntimeException {
  CommandFailed(int code) { super("script returned exit code $code".toString()) }
}

/** The build: its variables, and how it stands. */
class Build {
  String currentResult = 'SUCCESS'
  Map<String, String> env = new TreeMap<>(System.getenv())
  Map<String, String> credentials = new JsonSlurper().parseText(env.remove('JENKINS_CREDENTIALS') ?: '{}')

  void run(String command) {
    def process = new ProcessBuilder('sh', '-xe', '-c', command).inheritIO()
    process.environment().clear()
    process.environment().putAll(env)
    int code = process.start().waitFor()
    if (code != 0) { throw new CommandFailed(code) }
  }

  /** What fails in a stage or in a block of post fails the build, which goes on to what comes after a failure. */
  void guard(Closure body) {
    try {
      body()
    } catch (CommandFailed error) {
      println "ERROR: $error.message"
      currentResult = 'FAILURE'
    }
  }
}

/** What may stand between the braces of a block are the methods and properties of its class, and variables to read. */
class Block {
  final Build build
  Block(Build build) { this.build = build }

  def enter(Closure body, Block block) {
    body.delegate = block
    body.resolveStrategy = Closure.DELEGATE_ONLY
    body()
    block
  }

  Build getCurrentBuild() { build }
  Map<String, String> getEnv() { build.env }

  def propertyMissing(String name) {
    if (!build.env.containsKey(name)) { throw new MissingPropertyException(name, getClass()) }
    build.env[name]
  }
}

class Pipeline extends Block {
  Closure after = {}
  Pipeline(Build build) { super(build) }
  String getAny() { 'any' }
  void agent(String label) {}
  void environment(Closure body) { enter(body, new Environment(build)) }
  void stages(Closure body) { enter(body, new Stages(build)) }
  void post(Closure body) { after = body }
}

class Environment extends Block {
  Environment(Build build) { super(build) }
  String credentials(String id) {
    if (!build.credentials.containsKey(id)) { throw new IllegalArgumentException("Could not find credentials entry with ID '$id'") }
    build.credentials[id]
  }
  void setProperty(String name, Object value) { build.env[name] = value.toString() }
}

class Stages extends Block {
  Stages(Build build) { super(build) }
  void stage(String name, Closure body) {
    if (build.currentResult != 'SUCCESS') {
      println "Stage \"$name\" skipped due to earlier failure(s)"
      return
    }
    println "[Pipeline] { ($name)"
    def stage = enter(body, new Stage(build))
    if (!stage.isWanted) {
      println "Stage \"$name\" skipped due to when conditional"
      return
    }
    build.guard { enter(stage.work, new Steps(build)) }
    new Post(build).run(stage.after)
  }
}

class Stage extends Block {
  boolean isWanted = true
  Closure work = {}
  Closure after = {}
  Stage(Build build) { super(build) }
  void when(Closure body) { isWanted = enter(body, new When(build)).holds }
  void steps(Closure body) { work = body }
  void post(Closure body) { after = body }
}

class When extends Block {
  boolean holds = true
  When(Build build) { super(build) }
  void branch(String name) { holds = holds && build.env.BRANCH_NAME == name }
}

class Steps extends Block {
  Steps(Build build) { super(build) }
  void sh(CharSequence command) { build.run(command.toString()) }
  void echo(CharSequence text) { println text }
}

/** The blocks of post run in the order of Jenkins, whatever that of the file is. */
class Post extends Block {
  private final Map<String, Closure> blocks = [:]
  Post(Build build) { super(build) }
  void always(Closure body) { blocks.always = body }
  void failure(Closure body) { blocks.failure = body }
  void success(Closure body) { blocks.success = body }
  void cleanup(Closure body) { blocks.cleanup = body }

  void run(Closure body) {
    enter(body, this)
    ['always', 'failure', 'success', 'cleanup'].each { condition ->
      def isMet = condition in ['always', 'cleanup', build.currentResult.toLowerCase()]
      if (isMet && blocks[condition]) { build.guard { enter(blocks[condition], new Steps(build)) } }
    }
  }
}

def build = new Build()
def shell = new GroovyShell(new Binding(pipeline: { Closure body ->
  def pipeline = new Pipeline(build)
  pipeline.enter(body, pipeline)
  new Post(build).run(pipeline.after)
}))
shell.evaluate(new File(args[0]))
println "Finished: $build.currentResult"
System.exit(build.currentResult == 'SUCCESS' ? 0 : 1)
