# SPDX-License-Identifier: GPL-3.0-or-later
"""The real application on a real display, driven by what a screen reader sees, against a real server.

Each run has a display, a session bus, settings and a store of its own. Nothing here sleeps: what a
test waits for is a condition, looked at whenever something happens on the accessibility bus.
"""

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402  pylint: disable=wrong-import-position

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.dirname(HERE))
import tap  # noqa: E402  pylint: disable=wrong-import-position

SERVER_TESTS = os.path.join(os.path.dirname(HERE), "server")
BATCHWORK = os.environ.get("BATCHWORK", "batchwork")
# A limit for what should never happen, not a time to wait.
PATIENCE = float(os.environ.get("BATCHWORK_TEST_PATIENCE", "20"))


def load_server_harness():
    sys.path.append(SERVER_TESTS)
    spec = importlib.util.spec_from_file_location("server_harness", os.path.join(SERVER_TESTS, "harness.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


server_harness = load_server_harness()
Server, PASSWORD = server_harness.Server, server_harness.PASSWORD


class Desktop:
    """A display and a session bus. One for all tests of a program."""

    def __init__(self, width=1600, height=1000):
        self.folder = tempfile.mkdtemp(prefix="bw-desktop-")
        runtime = os.path.join(self.folder, "run")
        os.mkdir(runtime, 0o700)
        os.environ.update({
            "XDG_RUNTIME_DIR": runtime, "HOME": self.folder, "GDK_BACKEND": "x11", "GSK_RENDERER": "cairo",
            "GSETTINGS_BACKEND": "memory", "LC_ALL": "en_GB.UTF-8", "TZ": "Europe/Amsterdam", "NO_AT_BRIDGE": "0",
            "XDG_CURRENT_DESKTOP": "GNOME", "ADW_DISABLE_PORTAL": "1", "GDK_DEBUG": "no-portals",
            "GIO_USE_VOLUME_MONITOR": "unix",
        })
        for name in ("WAYLAND_DISPLAY", "GTK_A11Y", "LANGUAGE", "GTK_THEME"):
            os.environ.pop(name, None)
        self.display = self.start_with_answer(
            ["Xvfb", "-displayfd", "{fd}", "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"])
        os.environ["DISPLAY"] = ":" + self.display.answer
        self.bus = self.start_with_answer(["dbus-daemon", "--session", "--nofork", "--print-address={fd}"])
        os.environ["DBUS_SESSION_BUS_ADDRESS"] = self.bus.answer
        Atspi.init()
        Atspi.set_timeout(5000, 20000)
        self.listener = Atspi.EventListener.new(Desktop.take_event)
        for kind in ("object:state-changed", "object:children-changed", "object:property-change",
                     "object:text-changed", "window"):
            self.listener.register(kind)

    focus = None

    @staticmethod
    def take_event(event):
        """Events only wake who waits; but where the focus goes is remembered."""
        if event.type == "object:state-changed:focused" and event.detail1:
            Desktop.focus = Widget(event.source)

    def start_with_answer(self, command):
        """Starts a program that says on a descriptor where it is to be found."""
        read, write = os.pipe()
        process = subprocess.Popen([word.format(fd=write) for word in command], pass_fds=[write],
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as answer:
            process.answer = answer.readline().strip()
        assert process.answer, f"{command[0]} did not start"
        return process

    def close(self):
        for process in (self.bus, self.display):
            process.terminate()
            process.wait(PATIENCE)
        shutil.rmtree(self.folder, ignore_errors=True)


def wait(condition, what):
    """Waits until a condition holds, and returns what it gave."""
    context = GLib.MainContext.default()
    deadline = time.monotonic() + PATIENCE
    tick = GLib.timeout_add(25, lambda: True)
    try:
        while True:
            try:
                result = condition()
            except GLib.Error:  # what was looked at went away meanwhile
                result = None
            if result:
                return result
            assert time.monotonic() < deadline, f"waited in vain for {what() if callable(what) else what}"
            context.iteration(True)
    finally:
        GLib.source_remove(tick)


class Widget:
    """An accessible, with what tests ask of it."""

    def __init__(self, accessible):
        self.accessible = accessible

    name = property(lambda self: self.accessible.get_name() or "")
    description = property(lambda self: self.accessible.get_description() or "")
    role = property(lambda self: self.accessible.get_role_name())
    text = property(lambda self: Atspi.Text.get_text(self.accessible, 0,
                                                     Atspi.Text.get_character_count(self.accessible)))

    def has(self, state):
        return self.accessible.get_state_set().contains(getattr(Atspi.StateType, state.upper()))

    def children(self):
        for index in range(self.accessible.get_child_count()):
            child = self.accessible.get_child_at_index(index)
            if child is not None:
                yield Widget(child)

    def walk(self, hidden=False):
        for child in self.children():
            if hidden or child.has("showing"):
                yield child
                yield from child.walk(hidden)

    def find_all(self, role=None, name=None, hidden=False, **states):
        for widget in self.walk(hidden):
            if role is not None and widget.role != role:
                continue
            if name is not None and not re.search(name, widget.name):
                continue
            if all(widget.has(state) == wanted for state, wanted in states.items()):
                yield widget

    def find(self, role=None, name=None, **states):
        return next(self.find_all(role, name, **states), None)

    def wait_for(self, role=None, name=None, **states):
        return wait(lambda: self.find(role, name, **states), lambda: f"{role} “{name}” in:\n{self.dump()}")

    def wait_gone(self, role=None, name=None, **states):
        wait(lambda: self.find(role, name, **states) is None, f"{role} “{name}” to go")

    def labels(self):
        """All words shown in it, in their order."""
        return [widget.name for widget in self.walk() if widget.role == "label" and widget.name]

    def activate(self):
        """Does what a click does."""
        assert self.accessible.get_n_actions() > 0, f"nothing can be done with {self.role} “{self.name}”"
        self.accessible.do_action(0)

    def focus(self):
        self.accessible.grab_focus()
        wait(lambda: self.has("focused"), f"the focus on {self.role} “{self.name}”")

    def box(self):
        extents = self.accessible.get_extents(Atspi.CoordType.WINDOW)
        return extents.x, extents.y, extents.width, extents.height

    def click(self, button=1, times=1):
        """Moves the pointer there and clicks, as a hand would."""
        # GTK leaves out borders and padding between window and widget: the middle of what is not
        # too small is inside nevertheless. Use activate() for anything else.
        x, y, width, height = self.box()
        xdotool("mousemove", str(x + width // 2), str(y + height // 2),
                "click", "--repeat", str(times), "--delay", "60", str(button))

    def dump(self, depth=0, limit=6):
        line = "  " * depth + f"{self.role} “{self.name[:60]}”\n"
        if depth == limit:
            return line
        return line + "".join(child.dump(depth + 1, limit) for child in self.children() if child.has("showing"))


class Overview(Widget):
    """The main window. Looking for something in it passes over the rows of the list: they are many."""

    def walk(self, hidden=False):
        pending = [self]
        while pending:
            widget = pending.pop()
            if widget is not self:
                yield widget
            inside_table = widget.role == "tree table"
            children = [child for child in widget.children() if not (inside_table and child.role == "list")]
            pending += reversed([child for child in children if hidden or child.has("showing")])


def xdotool(*arguments):
    subprocess.run(["xdotool", *arguments], check=True, stdout=subprocess.DEVNULL)


def press(*keys):
    xdotool("key", "--clearmodifiers", "--delay", "20", *keys)


def write(text):
    xdotool("type", "--clearmodifiers", "--delay", "10", text)


class Application:
    """A batchwork process, signed in."""

    def __init__(self, server, user="adam", business="willems", width=1500, height=900, environment=None, arguments=(), folder=None):
        self.own_folder = folder is None
        self.folder = folder or tempfile.mkdtemp(prefix="bw-app-")
        self.password = os.path.join(self.folder, "password")
        with open(self.password, "w", encoding="utf-8") as file:
            file.write(PASSWORD)
        self.log_path = os.path.join(self.folder, "log")
        self.log = open(self.log_path, "ab")
        options = ["--server", server.url, "--user", user, "--password-file", self.password, "--business", business,
                   "--width", str(width), "--height", str(height)] if server else []
        # pylint: disable=consider-using-with
        self.process = subprocess.Popen(
            [BATCHWORK, *options, *arguments], stdout=self.log, stderr=self.log,
            env={**os.environ, "XDG_STATE_HOME": self.folder, "XDG_CONFIG_HOME": self.folder,
                 **(environment or {})})
        self.root = wait(self.find_root, lambda: "the application:\n" + self.read_log())
        self.window = Overview(self.root.wait_for("frame").accessible)
        identifier = subprocess.run(["xdotool", "search", "--sync", "--onlyvisible", "--pid", str(self.process.pid)],
                                    check=True, capture_output=True, text=True).stdout.split()[-1]
        xdotool("windowfocus", "--sync", identifier)

    def find_root(self):
        assert self.process.poll() is None, "The application ended:\n" + self.read_log()
        desktop = Widget(Atspi.get_desktop(0))
        desktop.accessible.clear_cache()
        for child in desktop.children():
            if child.accessible.get_process_id() == self.process.pid:
                child.accessible.set_cache_mask(Atspi.Cache.ROLE)
                return child
        return None

    def read_log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def window_named(self, pattern):
        return wait(lambda: next((child for child in self.root.children() if re.search(pattern, child.name)), None),
                    f"a window “{pattern}”")

    def quit(self):
        """Ends it as a user does, and checks that it never complained."""
        press("ctrl+q")
        try:
            status = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGABRT)
            self.process.wait()
            raise
        self.finish()
        assert status == 0, f"ended with {status}:\n{self.read_log()}"

    def finish(self):
        self.log.close()
        log = self.read_log()
        # Fibers switch stacks, which AddressSanitizer remarks on once. The bus of a test has nobody to show
        # notifications. GTK's file chooser stumbles over files that vanish from the folder it shows.
        complaints = [line for line in re.findall(r".*(?:WARNING|CRITICAL|ERROR|runtime error).*", log)
                      if "makecontext/swapcontext" not in line
                      and "unable to send notifications" not in line
                      and "gtk_tree_store_remove: assertion 'VALID_ITER" not in line]
        if self.own_folder:
            shutil.rmtree(self.folder, ignore_errors=True)
        assert not complaints, "\n".join(complaints)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.log.close()

    # The overview

    def table(self):
        return self.window.find("tree table", "^Jobs$")

    def titles(self):
        """The titles of the columns on screen, in their order: words and widget."""
        table = self.table()
        header = table and next((child for child in table.children() if child.role == "table row"), None)
        return [(child.name.removesuffix(" Filter by State"), child)
                for child in (header.children() if header else []) if child.has("showing")]

    def row_widgets(self):
        table = self.table()
        rows = table and next((child for child in table.children() if child.role == "list"), None)
        return [child for child in rows.children() if child.has("showing")] if rows else []

    def rows(self):
        """The rows on screen: what stands in each column, by its title."""
        titles = [words for words, _ in self.titles()]
        return [dict(zip(titles, (cell.name for cell in row.children()))) for row in self.row_widgets()]

    def names(self):
        return [row.name for row in self.row_widgets()]

    def names_in_sight(self):
        """The rows that are not scrolled away, in whole."""
        table = self.table()
        _, top, _, height = table.box()
        rows = [(row, row.box()) for row in self.row_widgets()]
        header = next(child for child in table.children() if child.role == "table row").box()[3]
        return [row.name for row, (_, y, _, h) in rows if y >= top + header and y + h <= top + height]

    def wait_names(self, *names):
        wait(lambda: self.names() == list(names), lambda: f"{list(names)}, but there is {self.names()}")

    def row(self, name):
        """The row of a job: what stands in each column, by its title."""
        return wait(lambda: next((row for row in self.rows() if row["Name"].startswith(name)), None),
                    lambda: f"a row “{name}” among {self.names()}")

    def row_widget(self, name):
        return wait(lambda: next((row for row in self.row_widgets() if row.name == name), None),
                    lambda: f"a row “{name}” among {self.names()}")

    def wait_cell(self, name, title, value):
        wait(lambda: re.fullmatch(value, self.row(name)[title]),
             lambda: f"“{value}” as {title} of “{name}”, but there is {self.row(name)}")

    def figures(self):
        """What stands on the cards."""
        return [widget.name for widget in self.window.find_all("grouping", r"^(Total|Active|Completed|Failed): ")]

    def wait_figures(self, total, active, completed, failed):
        wanted = [f"Total: {total}", f"Active: {active}", f"Completed: {completed}", f"Failed: {failed}"]
        wait(lambda: self.figures() == wanted, lambda: f"{wanted}, but there is {self.figures()}")

    def button(self, name):
        """A button by its name: of a menu button, the part that can be pressed."""
        return self.window.find("toggle button", name) or self.window.wait_for("button", name)

    def choose(self, field, *choices):
        """Ticks choices in the popover of a field, by keyboard."""
        self.button(f"^{field}: ").activate()
        for choice in choices:
            check = self.window.wait_for("check box", f"^{choice}$")
            self.press_until("Down", lambda check=check: check.has("focused"))
            ticked = check.has("checked")
            press("Return")
            wait(lambda check=check, ticked=ticked: check.has("checked") != ticked or not check.has("showing"),
                 f"{choice} to be ticked")
            first = self.window.find("check box")
            self.press_until("Up", lambda first=first: first is None or first.has("focused"))
        press("Escape")
        self.window.wait_gone("check box")

    def choose_one(self, field, choice):
        """Takes one of the choices that exclude each other, by keyboard."""
        self.button(f"^{field}: ").activate()
        radio = self.window.wait_for("radio button", f"^{choice}$")
        self.press_until("Down", lambda: radio.has("focused"))
        press("Return")
        wait(lambda: self.button(f"^{field}: ").name == f"{field}: {choice}", choice)

    def press_until(self, key, condition):
        """Presses a key again and again, each time waiting for the focus to move."""
        for _ in range(50):
            if condition():
                return
            Desktop.focus = None
            press(key)
            wait(lambda: Desktop.focus or condition(), f"the focus to move by {key}")
        raise AssertionError(f"{key} does not lead there")

    def search_choice(self, field, words, choice, role="check box"):
        """Searches in the popover of a field, and takes what is found first, by keyboard."""
        Desktop.focus = None
        self.button(f"^{field}: ").activate()
        wait(lambda: Desktop.focus and Desktop.focus.role in ("entry", "text"), "the focus on the search")
        write(words)
        pills = ["All", "Active", "Completed", "Failed"]
        wait(lambda: [found.name for found in self.window.find_all(role) if found.name not in pills] == [choice],
             lambda: f"only {choice}, but there is {[found.name for found in self.window.find_all(role)]}")
        press("Return")
        wait(lambda: choice in self.button(f"^{field}: ").name, f"{choice} to be taken")
        if self.window.find(role, f"^{choice}$"):
            press("Escape", "Escape")
        self.window.wait_gone(role, f"^{choice}$")

    # Dialogs with rows

    def fill_row(self, name, words):
        """Writes into an entry row in place of what stands there."""
        entry = self.window.wait_for("text", f"^{name}$", sensitive=True)
        entry.click()
        wait(lambda: entry.has("focused"), f"the focus on {name}")
        press("ctrl+a")
        write(words)
        wait(lambda: "assword" in name or entry.text == words, lambda: f"“{words}” as {name}: “{entry.text}”")
        return entry

    def choose_row(self, name, choice):
        """Takes a choice of a combo row."""
        self.window.wait_for("combo box", f"^{name}$", sensitive=True).click()
        wait(lambda: next((item for item in self.window.find_all("list item")
                           if any(label.name == choice for label in item.find_all("label"))
                           and item.accessible.get_n_actions() > 0 and not item.has("selected")), None), choice).click()

    def switch_row(self, name):
        """Turns a switch row over."""
        wait(lambda: next((switch for switch in self.window.find_all("check box", f"^{name}", sensitive=True)
                           if switch.accessible.get_n_actions() > 0), None), f"a switch “{name}”").activate()

    def press_row(self, name):
        """Activates a button row, by keyboard."""
        button = self.window.wait_for("button", f"^{name}", sensitive=True)
        self.press_until("Tab", lambda: button.has("focused"))
        press("Return")

    def press_button(self, name):
        self.window.wait_for("button", f"^{name}$", sensitive=True).activate()

    def wait_words(self, pattern):
        wait(lambda: any(re.search(pattern, words) for words in self.window.labels()),
             lambda: f"“{pattern}” in {self.window.labels()}")

    def menu_items(self):
        return [item for item in self.window.walk() if item.role.endswith("menu item") and item.has("showing")]


class AppResult(tap.TapResult):
    """Takes a picture of the display when a test fails, if there is a folder for it."""

    def fail(self, test, err):
        pictures = os.environ.get("BATCHWORK_TEST_PICTURES")
        if pictures:
            name = os.path.join(pictures, test.id().rsplit(".", 1)[-1] + ".png")
            subprocess.run(["import", "-window", "root", name], check=False)
        super().fail(test, err)


def main(group, make_desktop=Desktop):
    """Runs the tests of the calling program, or those whose names hold one of the words given."""
    desktop = make_desktop()
    try:
        status = tap.run(tap.load(sys.argv[1:]), AppResult(f"/app/{group}"))
    finally:
        desktop.close()
    sys.exit(status)
