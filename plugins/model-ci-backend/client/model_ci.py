#!/usr/bin/env python3
"""Reports the builds of a CI to Model CI, and obeys its gates.

Needs Python 3.8 or newer and nothing else. Configured by the environment:

  MODEL_CI_URL        the portal's backend, such as https://portal.example
  MODEL_CI_TOKEN      a token of the pipeline (its page, CI tokens)
  MODEL_CI_PIPELINE   such as default/house-price

The build, its commit and branch are taken from the variables of GitHub Actions, GitLab CI, Travis CI and Jenkins. Elsewhere,
or to say otherwise: MODEL_CI_PROVIDER, MODEL_CI_BUILD_ID, MODEL_CI_BUILD_ATTEMPT, MODEL_CI_BUILD_URL, MODEL_CI_COMMIT,
MODEL_CI_REF, MODEL_CI_MESSAGE. MODEL_CI_STAGE is the stage of commands without --stage. MODEL_CI_PATIENCE is how many seconds
a portal that does not answer is asked again (300).
Proxies are those of HTTPS_PROXY, HTTP_PROXY and NO_PROXY; authorities those of SSL_CERT_FILE.

Exit codes: 0 passed, 1 failed, 2 a gate is inconclusive, 64 wrong usage, 65 the portal refuses what was sent, 69 the portal
does not answer, 77 the token is refused. "run" ends with the exit code of its command where that is not 0.
"""

import argparse
import email.utils
import glob
import hashlib
import http.client
import io
import json
import os
import random
import re
import signal
import ssl
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

EXIT_FAILED, EXIT_USAGE, EXIT_REFUSED, EXIT_AWAY, EXIT_TOKEN = 1, 64, 65, 69, 77

KINDS = ("junit", "metrics", "predictions", "lm-eval", "series")
# What each kind is taken from where a folder is named.
SUFFIXES = {
    "junit": (".xml",),
    "metrics": (".json",),
    "predictions": (".jsonl",),
    "lm-eval": (".json", ".jsonl"),
    "series": (".json", ".jsonl", ".csv"),
}
MAX_FILES = 1000
PART_BYTES = 8 * 1024 * 1024
PIECE_BYTES = 512 * 1024
# Kept of a log while the portal does not answer; it keeps no more itself.
MAX_LOG_BYTES = 64 * 1024 * 1024
REQUEST_SECONDS = 120
SIGN_OF_LIFE_SECONDS = 60
MAX_WAIT_SECONDS = 60
RETRIED = (408, 429, 500, 502, 503, 504)


class Problem(Exception):
    """What went wrong, and what to do about it."""

    def __init__(self, message, exit_code, status=None):
        super().__init__(message)
        self.exit_code = exit_code
        self.status = status


def say(text):
    print("model-ci: %s" % text, file=sys.stderr, flush=True)


# --- the portal -----------------------------------------------------------------------------------------------------


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect could lead to a host that must not see the token."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        return None


class Portal:
    def __init__(self, url, token, patience):
        self.base = base_of(url)
        self._token = token
        self.patience = patience
        context = ssl.create_default_context()
        for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
            if os.environ.get(name) and not os.environ.get("SSL_CERT_FILE"):
                context.load_verify_locations(os.environ[name])
        self._opener = urllib.request.build_opener(
            NoRedirects(), urllib.request.HTTPSHandler(context=context)
        )

    def call(self, method, path, body=None, headers=None, patience=None):
        """Answers JSON. What may be answered otherwise later is asked again for as long as patience lasts."""
        end = time.monotonic() + (self.patience if patience is None else patience)
        tries = 0
        while True:
            try:
                return self._once(method, path, body, headers or {})
            except Retriable as error:
                tries += 1
                wait = max(error.after, random.uniform(0.5, 1) * min(2 ** (tries - 1), MAX_WAIT_SECONDS))
                if time.monotonic() + wait > end:
                    raise Problem(
                        "%s (%s, tried %d times)" % (error, self.base, tries), EXIT_AWAY, error.status
                    ) from None
                if tries in (1, 5):
                    say("%s; trying again" % error)
                time.sleep(wait)

    def _once(self, method, path, body, headers):
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data=data, method=method)
        request.add_header("Accept", "application/json")
        request.add_header("User-Agent", "model-ci")
        # Unlike other headers it is not sent to a proxy, nor to where a redirect leads.
        request.add_unredirected_header("Authorization", "Bearer " + self._token)
        if data is not None:
            is_json = not isinstance(body, bytes)
            request.add_header("Content-Type", "application/json" if is_json else "application/octet-stream")
        for name, value in headers.items():
            request.add_header(name, value)
        try:
            with self._opener.open(request, timeout=REQUEST_SECONDS) as response:
                return self._read(response)
        except urllib.error.HTTPError as error:
            with error:
                raise self._refusal(error) from None
        except ssl.SSLCertVerificationError as error:
            raise certificate_problem(self.base, error) from None
        except urllib.error.URLError as error:
            if isinstance(error.reason, ssl.SSLCertVerificationError):
                raise certificate_problem(self.base, error.reason) from None
            raise Retriable("The portal cannot be reached: %s" % error.reason) from None
        except (OSError, http.client.HTTPException) as error:
            raise Retriable("The connection to the portal broke: %s" % (error or type(error).__name__)) from None

    def _read(self, response):
        text = response.read(16 * 1024 * 1024)
        try:
            answer = json.loads(text)
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise Retriable(
                "What answers is not Model CI (%s): check that MODEL_CI_URL is the address of the portal's backend"
                % (response.headers.get("Content-Type") or "no content type")
            )
        return answer

    def _refusal(self, error):
        if 300 <= error.code < 400:
            place = urllib.parse.urlsplit(error.headers.get("Location") or "")
            return Problem(
                "The portal redirects to %s, which the token is not sent to: set MODEL_CI_URL to the address that answers itself"
                % (place.netloc or "another address"),
                EXIT_REFUSED,
                error.code,
            )
        message = message_of(error)
        if error.code in RETRIED:
            return Retriable("The portal answers %d: %s" % (error.code, message), retry_after(error), error.code)
        code = EXIT_TOKEN if error.code in (401, 403) else EXIT_REFUSED
        return Problem("The portal answers %d: %s" % (error.code, message), code, error.code)


class Retriable(Exception):
    def __init__(self, message, after=0, status=None):
        super().__init__(message)
        self.after = after
        self.status = status


def base_of(url):
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise Problem("MODEL_CI_URL has to be an http or https URL, such as https://portal.example", EXIT_USAGE)
    if parts.username or parts.password:
        raise Problem("MODEL_CI_URL has to be without user and password: MODEL_CI_TOKEN is what lets you in", EXIT_USAGE)
    path = parts.path.rstrip("/")
    if not path.endswith("/api/model-ci"):
        path += "/api/model-ci"
    return urllib.parse.urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def certificate_problem(base, error):
    return Problem(
        "The certificate of %s is not trusted: %s. Name the file of your authority in SSL_CERT_FILE" % (base, error),
        EXIT_REFUSED,
    )


def message_of(error):
    try:
        text = error.read(64 * 1024)
        return str(json.loads(text)["error"]["message"])
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return str(error.reason)


def retry_after(error):
    value = (error.headers.get("Retry-After") or "").strip()
    if value.isdigit():
        return min(int(value), 300)
    when = email.utils.parsedate_tz(value) if value else None
    return min(max(email.utils.mktime_tz(when) - time.time(), 0), 300) if when else 0


# --- the build ------------------------------------------------------------------------------------------------------


def env(name):
    return os.environ.get(name, "").strip()


def tag_or_branch(tag, branch):
    if tag:
        return "refs/tags/" + tag
    return "refs/heads/" + branch if branch else ""


# Of these, GITHUB_SHA and GITHUB_REF are the default branch's, while the job may have checked out the code of a fork.
GITHUB_EVENTS_ABOUT_OTHERS = ("pull_request_target", "workflow_run", "issue_comment")


def github():
    page = "%s/%s/actions/runs/%s" % (env("GITHUB_SERVER_URL"), env("GITHUB_REPOSITORY"), env("GITHUB_RUN_ID"))
    is_own = env("GITHUB_EVENT_NAME") not in GITHUB_EVENTS_ABOUT_OTHERS
    return {
        "provider": "github-actions",
        "buildId": env("GITHUB_RUN_ID"),
        "attempt": env("GITHUB_RUN_ATTEMPT"),
        "url": page,
        "commit": env("GITHUB_SHA") if is_own else "",
        "ref": env("GITHUB_REF") if is_own else "",
        "stage": env("GITHUB_JOB"),
    }


def gitlab():
    # A merge request is no branch: its source branch may be called as the target is.
    request = env("CI_MERGE_REQUEST_IID")
    merge = "refs/merge-requests/%s/head" % request if request else ""
    return {
        "provider": "gitlab-ci",
        "buildId": env("CI_PIPELINE_ID"),
        "url": env("CI_PIPELINE_URL"),
        "commit": env("CI_COMMIT_SHA"),
        "ref": merge or tag_or_branch(env("CI_COMMIT_TAG"), env("CI_COMMIT_BRANCH")),
        "message": env("CI_COMMIT_MESSAGE"),
        "stage": env("CI_JOB_NAME"),
    }


def travis():
    # Of a pull request, TRAVIS_BRANCH is the branch that it would be merged to.
    request = env("TRAVIS_PULL_REQUEST")
    is_request = request not in ("", "false")
    return {
        "provider": "travis",
        "buildId": env("TRAVIS_BUILD_ID"),
        "url": env("TRAVIS_BUILD_WEB_URL"),
        "commit": env("TRAVIS_PULL_REQUEST_SHA") or env("TRAVIS_COMMIT"),
        "ref": "refs/pull/%s/head" % request if is_request else tag_or_branch(env("TRAVIS_TAG"), env("TRAVIS_BRANCH")),
        "message": env("TRAVIS_COMMIT_MESSAGE"),
        "stage": env("TRAVIS_BUILD_STAGE_NAME") or env("TRAVIS_JOB_NAME"),
    }


def jenkins():
    branch = env("BRANCH_NAME") or re.sub(r"^(refs/heads/|origin/)", "", env("GIT_BRANCH"))
    change = env("CHANGE_ID")
    return {
        "provider": "jenkins",
        "buildId": "%s/%s" % (env("JOB_NAME"), env("BUILD_NUMBER")) if env("BUILD_NUMBER") else "",
        "url": env("BUILD_URL"),
        "commit": env("GIT_COMMIT"),
        "ref": "refs/pull/%s/head" % change if change else tag_or_branch(env("TAG_NAME"), branch),
        "stage": env("STAGE_NAME"),
    }


def read_build():
    found = {}
    if env("GITHUB_ACTIONS") == "true":
        found = github()
    elif env("GITLAB_CI"):
        found = gitlab()
    elif env("TRAVIS") == "true":
        found = travis()
    elif env("JENKINS_URL"):
        found = jenkins()
    said = {
        "provider": env("MODEL_CI_PROVIDER"),
        "buildId": env("MODEL_CI_BUILD_ID"),
        "attempt": env("MODEL_CI_BUILD_ATTEMPT"),
        "url": env("MODEL_CI_BUILD_URL"),
        "commit": env("MODEL_CI_COMMIT"),
        "ref": env("MODEL_CI_REF"),
        "message": env("MODEL_CI_MESSAGE"),
        "stage": env("MODEL_CI_STAGE"),
    }
    build = {**found, **{name: value for name, value in said.items() if value}}
    build = {name: value for name, value in build.items() if value}
    build.setdefault("provider", "ci")
    if "commit" not in build:
        build["commit"] = ask_git("rev-parse", "HEAD")
    if "message" not in build:
        build["message"] = ask_git("log", "-1", "--format=%B")
    for name, variable in (("buildId", "MODEL_CI_BUILD_ID"), ("commit", "MODEL_CI_COMMIT")):
        if not build.get(name):
            raise Problem("%s is not set, and no variable of a CI says it: set it" % variable, EXIT_USAGE)
    return build


def ask_git(*arguments):
    try:
        found = subprocess.run(["git"] + list(arguments), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=30)
        return found.stdout.decode("utf-8", "replace").strip() if found.returncode == 0 else ""
    except (OSError, subprocess.SubprocessError):
        return ""


def stage_name(named, build):
    name = named or build.get("stage") or ""
    name = name if named else re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-").lower()[:63]
    if not re.match(r"^[A-Za-z0-9_-]{1,63}$", name):
        raise Problem("Name the stage: --stage, of up to 63 letters, digits, '-' and '_'", EXIT_USAGE)
    return name


class Build:
    """The run of this build. Every command asks for it, and the first one begins it."""

    def __init__(self, portal, pipeline, build):
        self.portal = portal
        self.build = build
        parts = pipeline.split("/")
        if len(parts) > 2 or not all(re.match(r"^[A-Za-z0-9_.-]{1,63}$", part) for part in parts):
            raise Problem("MODEL_CI_PIPELINE has to be NAMESPACE/NAME, such as default/house-price", EXIT_USAGE)
        namespace, name = parts if len(parts) == 2 else ("default", parts[0])
        self._start = "/pipelines/%s/%s/external-runs" % (namespace, name)
        self.run = None

    def begin(self, patience=None):
        if self.run is None:
            build = self.build
            ci = {name: build[name] for name in ("provider", "buildId", "attempt", "url") if name in build}
            body = {"ci": ci, "commit": build["commit"], "stages": []}
            if build.get("ref"):
                body["ref"] = build["ref"]
            if build.get("message"):
                body["message"] = build["message"][:2000]
            self.run = self.portal.call("POST", self._start, body, patience=patience)
            if self.run.get("sourceProblem"):
                say(self.run["sourceProblem"].get("text", ""))
        return self.run

    @property
    def path(self):
        return "/external-runs/%s" % self.begin()["id"]

    def stage_path(self, stage):
        return "%s/stages/%s" % (self.path, stage)

    def change(self, body, patience=None):
        return self.portal.call("PATCH", self.path, body, patience=patience)

    def log_size(self, stage):
        stages = self.portal.call("GET", self.path).get("stages", [])
        return next((each.get("logSize", 0) for each in stages if each.get("name") == stage), 0)


# --- files ----------------------------------------------------------------------------------------------------------


def plain(path):
    """The path as the portal shows it: relative to where the build works, whatever it was called."""
    relative = os.path.relpath(path)
    return os.path.basename(os.path.abspath(path)) if relative.startswith("..") else relative.replace(os.sep, "/")


def report_files(kind, pattern):
    if os.path.isdir(pattern):
        found = [os.path.join(pattern, "**", "*" + suffix) for suffix in SUFFIXES[kind]]
        paths = [path for each in found for path in glob.glob(each, recursive=True)]
    else:
        paths = glob.glob(pattern, recursive=True)
    paths = sorted(path for path in paths if os.path.isfile(path))
    if not paths:
        raise Problem("No file is at '%s', where a report of kind %s was to be" % (pattern, kind), EXIT_REFUSED)
    if len(paths) > MAX_FILES:
        raise Problem("'%s' has %d files, and a report at most %d" % (pattern, len(paths), MAX_FILES), EXIT_REFUSED)
    return paths


class Hashed(io.RawIOBase):
    """Counts and hashes what is written to it, and keeps nothing."""

    def __init__(self):
        self.hash = hashlib.sha256()
        self.length = 0

    def writable(self):
        return True

    def write(self, data):
        self.hash.update(data)
        self.length += len(data)
        return len(data)


class ReportFile:
    content_type = "application/octet-stream"

    def __init__(self, path):
        self.path = path

    def measure(self):
        digest, size = hashlib.sha256(), 0
        with open(self.path, "rb") as file:
            for chunk in iter(lambda: file.read(1024 * 1024), b""):
                digest.update(chunk)
                size += len(chunk)
        return size, "sha256:" + digest.hexdigest()

    def parts(self, start):
        with open(self.path, "rb") as file:
            file.seek(start)
            yield from iter(lambda: file.read(PART_BYTES), b"")


class Archive:
    """A file or folder as a tar archive, made anew whenever it is read: the same files give the same bytes, in every build."""

    content_type = "application/x-tar"

    def __init__(self, path, name):
        self.path, self.name = path, name

    def _write(self, target):
        with tarfile.open(mode="w|", fileobj=target, format=tarfile.PAX_FORMAT) as archive:
            for path, name in self._entries():
                info = archive.gettarinfo(path, arcname=name)
                if info is None or not (info.isfile() or info.isdir() or info.issym()):
                    raise Problem("'%s' is no file, folder or link: artifacts hold nothing else" % path, EXIT_REFUSED)
                info.uid = info.gid = 0
                info.uname = info.gname = ""
                # As the portal stores what its own stages make: the time of a build is no part of what it has built.
                info.mtime = 427440226
                if info.isfile():
                    info.mode = 0o755 if info.mode & 0o111 else 0o644
                    with open(path, "rb") as file:
                        archive.addfile(info, file)
                else:
                    archive.addfile(info)

    def _entries(self):
        if os.path.islink(self.path) or not os.path.isdir(self.path):
            yield self.path, self.name
            return
        for folder, folders, files in os.walk(self.path):
            folders.sort()
            inside = os.path.relpath(folder, self.path).replace(os.sep, "/")
            name = self.name if inside == "." else "%s/%s" % (self.name, inside)
            yield folder, name
            links = [each for each in folders if os.path.islink(os.path.join(folder, each))]
            for each in sorted(files + links):
                yield os.path.join(folder, each), "%s/%s" % (name, each)

    def measure(self):
        sink = Hashed()
        self._write(sink)
        return sink.length, "sha256:" + sink.hash.hexdigest()

    def parts(self, start):
        pipe = Pipe(start)
        thread = threading.Thread(target=pipe.fill, args=(self._write,), daemon=True)
        thread.start()
        try:
            yield from pipe.read()
        finally:
            pipe.close()


class Pipe(io.RawIOBase):
    """Hands what is written from an offset on to a reader, in parts, holding no more than two of them."""

    def __init__(self, start):
        self._skip = start
        self._part = bytearray()
        self._ready = threading.Condition()
        self._full, self._ended, self._error, self._closed = None, False, None, False

    def writable(self):
        return True

    def write(self, data):
        data = memoryview(data).tobytes()
        length = len(data)
        skipped = min(self._skip, length)
        self._skip -= skipped
        self._part += data[skipped:]
        while len(self._part) >= PART_BYTES:
            self._hand(bytes(self._part[:PART_BYTES]))
            del self._part[:PART_BYTES]
        return length

    def _hand(self, part):
        with self._ready:
            self._ready.wait_for(lambda: self._full is None or self._closed)
            if self._closed:
                raise OSError("nobody reads any more")
            self._full = part
            self._ready.notify_all()

    def fill(self, write):
        try:
            write(self)
            if self._part:
                self._hand(bytes(self._part))
        except Exception as error:  # the reader raises it
            self._error = error
        with self._ready:
            self._ended = True
            self._ready.notify_all()

    def read(self):
        while True:
            with self._ready:
                self._ready.wait_for(lambda: self._full is not None or self._ended)
                part, self._full = self._full, None
                self._ready.notify_all()
            if part is None:
                if self._error:
                    raise self._error
                return
            yield part

    def close(self):
        with self._ready:
            self._closed = True
            self._ready.notify_all()


def upload(build, route, path, content):
    """Uploads in parts, and goes on where the portal says: an answer that was lost, or a cut, costs one part."""
    for attempt in (1, 2):
        size, digest = content.measure()
        query = urllib.parse.urlencode({"path": path, "digest": digest})
        address = "%s/%s?%s" % (build.path, route, query)
        try:
            send_parts(build.portal, address, size, content)
            return
        except Problem as problem:
            if problem.status != 400 or attempt == 2 or content.measure() == (size, digest):
                raise
            say("'%s' changed while it was uploaded; uploading it again" % path)


def send_parts(portal, address, size, content):
    def ask():
        return portal.call("PUT", address, b"", {"Content-Range": "bytes */%d" % size})

    state = ask()
    rounds, last = 0, -1
    while not state.get("complete"):
        start = int(state.get("received", 0))
        rounds, last = (rounds + 1 if start <= last else 0), max(start, last)
        if rounds > 3:
            raise Problem("The upload stays at byte %d of %d: another one of the same name may be under way" % (start, size), EXIT_REFUSED)
        for part in content.parts(start):
            headers = {
                "Content-Range": "bytes %d-%d/%d" % (start, start + len(part) - 1, size),
                "Content-Type": content.content_type,
            }
            try:
                state = portal.call("PUT", address, part, headers)
            except Problem as problem:
                if problem.status != 409:
                    raise
                state = ask()
            start += len(part)
            if state.get("complete") or int(state.get("received", 0)) != start:
                break
        else:
            state = ask()
            if not state.get("complete") and int(state.get("received", 0)) >= start:
                raise Problem("'%s' became shorter while it was uploaded" % address.split("?")[0], EXIT_REFUSED)


def upload_report(build, stage, kind, pattern):
    for path in report_files(kind, pattern):
        upload(build, "stages/%s/reports/%s" % (stage, kind), plain(path), ReportFile(path))


def upload_artifact(build, stage, name, path):
    if not os.path.lexists(path):
        raise Problem("Nothing is at '%s', where the artifact '%s' was to be" % (path, name), EXIT_REFUSED)
    shown = plain(path)
    upload(build, "stages/%s/artifacts/%s" % (stage, name), shown, Archive(path, shown))


# --- the log --------------------------------------------------------------------------------------------------------


class Log:
    """Sends a log while it grows. What the portal does not take yet waits in a file, so that memory stays small."""

    def __init__(self, build, stage, secrets):
        self._build, self._stage = build, stage
        self._secrets = [secret.encode() for secret in secrets if secret]
        self._file = tempfile.TemporaryFile(prefix="model-ci-")
        self._lock = threading.Lock()
        self._more = threading.Condition()
        self._size = self._sent = 0
        self._ended = self._full = False
        self._tail = b""
        self.problem = None
        self._thread = threading.Thread(target=self._work, daemon=True)

    def start(self):
        self._thread.start()

    def add(self, data):
        """The end is held back while it may be the beginning of a secret."""
        text = self._hide(self._tail + data)
        keep = max((len(secret) for secret in self._secrets), default=1) - 1
        self._tail = text[len(text) - keep :] if keep and len(text) >= keep else (text if keep else b"")
        self._store(text[: len(text) - len(self._tail)])

    def _hide(self, text):
        for secret in self._secrets:
            text = text.replace(secret, b"***")
        return text

    def _store(self, data):
        with self._lock:
            data = data[: MAX_LOG_BYTES - self._size]
            self._file.seek(self._size)
            self._file.write(data)
            self._size += len(data)
        with self._more:
            self._more.notify_all()

    def finish(self):
        """Waits until everything was delivered, or patience is over."""
        self._store(self._hide(self._tail))
        self._tail = b""
        with self._more:
            self._ended = True
            self._more.notify_all()
        if self._thread.ident is not None:
            self._thread.join()

    def _work(self):
        begun = False
        while True:
            with self._more:
                if not self._ended and self._sent == self._size:
                    self._more.wait(SIGN_OF_LIFE_SECONDS)
                ended = self._ended
            try:
                patience = None if ended else 1
                if not begun:
                    self._build.begin(patience)
                    self._build.change({"stage": {"name": self._stage, "status": "running"}}, patience)
                    begun = True
                self._deliver(patience)
                self.problem = None
                if self._ended and (self._sent >= self._size or self._full):
                    return
            except Problem as problem:
                self.problem = problem
                if ended or problem.exit_code != EXIT_AWAY:
                    return
            with self._more:
                # Several lines go together, and a portal that is away is not asked all the time.
                self._more.wait_for(lambda: self._ended, 10 if self.problem else 1)

    def _deliver(self, patience):
        if self._sent == self._size or self._full:
            self._build.change({}, patience)
        while self._sent < self._size and not self._full:
            with self._lock:
                self._file.seek(self._sent)
                piece = self._file.read(PIECE_BYTES)
            path = "%s/log?offset=%d" % (self._build.stage_path(self._stage), self._sent)
            try:
                answer = self._build.portal.call("PUT", path, piece, patience=patience)
                self._sent = max(int(answer.get("size", 0)), self._sent)
            except Problem as problem:
                if problem.status == 413:
                    self._full = True
                    say("%s" % problem)
                elif problem.status == 409:
                    size = self._build.log_size(self._stage)
                    if size == self._sent or size > self._size:
                        raise
                    self._sent = size
                else:
                    raise


# --- commands -------------------------------------------------------------------------------------------------------


def show(judgement):
    for gate in judgement.get("gates", []):
        where = " (%s)" % gate["slice"] if gate.get("slice") else ""
        reason = (gate.get("reason") or {}).get("text", "")
        print("%-12s %s%s: %s" % (gate.get("verdict", "").upper(), gate.get("metric"), where, reason))
    reason = (judgement.get("reason") or {}).get("text")
    print("Stage %s: %s%s" % (judgement.get("stage"), judgement.get("status"), "\n" + reason if reason else ""))
    if judgement.get("url"):
        print(judgement["url"])
    sys.stdout.flush()


def command_run(build, args):
    stage = stage_name(args.stage, build.build)
    try:
        # Whether the token is right shows before hours of work; a portal that is away does not keep them waiting.
        build.begin(patience=min(build.portal.patience, 10))
    except Problem as problem:
        if problem.exit_code != EXIT_AWAY:
            raise
        say("%s. The command runs now, and is reported at its end" % problem)
    log = Log(build, stage, [os.environ.get("MODEL_CI_TOKEN", "")])
    log.start()
    code = execute(args.command, log)
    log.finish()
    try:
        if log.problem:
            raise log.problem
        outcome = report_end(build, stage, code, args)
    except Problem as problem:
        say("%s. The command ended with exit code %d" % (problem, code))
        return code or problem.exit_code
    return code or outcome


def execute(command, log):
    # What is built has no use for the token, and might print its environment.
    environment = {name: value for name, value in os.environ.items() if name != "MODEL_CI_TOKEN"}
    try:
        child = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0)
    except OSError as error:
        text = "model-ci: '%s' cannot be run: %s\n" % (command[0], error.strerror)
        sys.stderr.write(text)
        log.add(text.encode())
        return 127 if isinstance(error, FileNotFoundError) else 126

    def pass_on(number, _frame):
        child.send_signal(number)

    for name in ("SIGTERM", "SIGINT"):
        signal.signal(getattr(signal, name), pass_on)
    for chunk in iter(lambda: child.stdout.read(64 * 1024), b""):
        sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
        log.add(chunk)
    code = child.wait()
    return 128 - code if code < 0 else code


def report_end(build, stage, code, args):
    problems = []
    for send, named in ((upload_report, args.report), (upload_artifact, args.artifact)):
        if send is upload_artifact and code != 0:
            continue
        for name, path in named:
            try:
                send(build, stage, name, path)
            except Problem as problem:
                if problem.exit_code != EXIT_REFUSED:
                    raise
                problems.append(problem)
    for problem in problems:
        say(problem)
    exit_code = code or (1 if problems and code == 0 else 0)
    end = {"name": stage, "status": "failed" if exit_code else "succeeded", "exitCode": min(exit_code, 255)}
    judgement = build.change({"stage": end}).get("judgement")
    if judgement:
        show(judgement)
        return max(int(judgement.get("exitCode", 0)), EXIT_REFUSED if problems else 0)
    return EXIT_REFUSED if problems else 0


def command_report(build, args):
    stage = stage_name(args.stage, build.build)
    for kind, path in args.files:
        upload_report(build, stage, kind, path)
    return 0


def command_artifact(build, args):
    stage = stage_name(args.stage, build.build)
    for name, path in args.files:
        upload_artifact(build, stage, name, path)
    return 0


def command_gate(build, args):
    judgement = build.portal.call("POST", build.stage_path(stage_name(args.stage, build.build)) + "/gate", {})
    show(judgement)
    return int(judgement.get("exitCode", EXIT_FAILED))


RESULTS = {
    "succeeded": ("succeeded", "success", "passed", "0"),
    "failed": ("failed", "failure", "unstable", "errored", "1"),
    "cancelled": ("cancelled", "canceled", "aborted", "not_built", "skipped"),
}


def command_finish(build, args):
    said = args.status.strip().lower()
    status = next((status for status, words in RESULTS.items() if said in words), None)
    if status is None:
        raise Problem("'%s' is no status: succeeded, failed or cancelled, or what a CI calls it" % args.status, EXIT_USAGE)
    run = build.change({"status": status})
    reason = (run.get("reason") or {}).get("text")
    version = ", version %d" % run["version"] if run.get("version") else ""
    print("Run %s: %s%s%s" % (run.get("number"), run.get("status"), version, "\n" + reason if reason else ""))
    print(run.get("url", ""), flush=True)
    return EXIT_FAILED if status == "succeeded" and run.get("status") != "succeeded" else 0


def command_deploy(build, args):
    body = {"environment": args.environment}
    if args.comment:
        body["comment"] = args.comment
    deployment = build.portal.call("POST", build.path + "/deployments", body)
    print("Version %s is being deployed to %s" % (deployment.get("version"), args.environment), flush=True)
    return 0


class Parser(argparse.ArgumentParser):
    """Ends with a code of its own for wrong usage: 2 is what an inconclusive gate ends with."""

    def error(self, message):
        self.print_usage(sys.stderr)
        say(message)
        sys.exit(EXIT_USAGE)


def pair(names, what):
    def read(text):
        name, _, path = text.partition("=")
        if not path or (names and name not in names):
            raise argparse.ArgumentTypeError(
                "'%s' has to be %s=PATH%s" % (text, what, ", where %s is one of %s" % (what, ", ".join(names)) if names else "")
            )
        return name, path

    return read


def read_arguments(arguments):
    parser = Parser(prog="model_ci.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="name", metavar="COMMAND", parser_class=Parser)
    commands.required = True
    report = pair(KINDS, "KIND")
    artifact = pair(None, "NAME")

    def add(name, act, text, staged=True):
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(act=act)
        if staged:
            command.add_argument("--stage", help="the stage; by default the job of the CI")
        return command

    run = add("run", command_run, "Run a command as a stage: its log, reports, artifacts, exit code and gates")
    run.add_argument("--report", type=report, action="append", default=[], metavar="KIND=PATH")
    run.add_argument("--artifact", type=artifact, action="append", default=[], metavar="NAME=PATH")
    run.add_argument("command", nargs=argparse.REMAINDER, metavar="-- COMMAND")
    add("report", command_report, "Upload reports of a stage").add_argument("files", type=report, nargs="+", metavar="KIND=PATH")
    add("artifact", command_artifact, "Upload artifacts of a stage").add_argument(
        "files", type=artifact, nargs="+", metavar="NAME=PATH"
    )
    add("gate", command_gate, "End a stage, and ask for the verdict of its gates")
    finish = add("finish", command_finish, "End the run of the build", staged=False)
    finish.add_argument("--status", default="succeeded", help="succeeded, failed or cancelled, or what a CI calls it")
    deploy = add("deploy", command_deploy, "Deploy the version that the run registered", staged=False)
    deploy.add_argument("--environment", required=True)
    deploy.add_argument("--comment")
    args = parser.parse_args(arguments)
    if args.name == "run":
        if args.command and args.command[0] == "--":
            del args.command[0]
        if not args.command:
            parser.error("name the command after --, such as: model_ci.py run --stage test -- pytest")
    return args


def read_number(name, fallback):
    try:
        return float(os.environ.get(name, "") or fallback)
    except ValueError:
        raise Problem("%s has to be a number of seconds" % name, EXIT_USAGE) from None


def main(arguments):
    args = read_arguments(arguments)
    try:
        missing = [name for name in ("MODEL_CI_URL", "MODEL_CI_TOKEN", "MODEL_CI_PIPELINE") if not env(name)]
        if missing:
            raise Problem("Set %s in the environment of the build" % ", ".join(missing), EXIT_USAGE)
        portal = Portal(env("MODEL_CI_URL"), env("MODEL_CI_TOKEN"), read_number("MODEL_CI_PATIENCE", 300))
        return args.act(Build(portal, env("MODEL_CI_PIPELINE"), read_build()), args)
    except Problem as problem:
        say(str(problem))
        return problem.exit_code
    except OSError as error:
        say("%s: %s" % (error.filename or "A file", error.strerror or error))
        return EXIT_REFUSED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
