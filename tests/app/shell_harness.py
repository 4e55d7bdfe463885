# SPDX-License-Identifier: GPL-3.0-or-later
"""A real GNOME desktop without a screen: GNOME Shell, a keyring, with or without a tray.

What the shell shows is asked of the shell itself, and done by its own pointer and keyboard. As in
harness.py nothing here sleeps: tests wait for conditions.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile

import gi

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402  pylint: disable=wrong-import-position

import harness  # noqa: E402  pylint: disable=wrong-import-position
from harness import Atspi, BATCHWORK, PASSWORD, PATIENCE, Widget, wait  # noqa: E402

APP_ID = "io.github.batchwork.Batchwork"
APP_PATH = "/io/github/batchwork/Batchwork"
TOP = os.path.dirname(os.path.dirname(harness.HERE))
BUILD_DATA = os.environ.get("GSETTINGS_SCHEMA_DIR", "")
EXTENSION = "ubuntu-appindicators@ubuntu.com"

# What the tests ask of the shell is said in these terms of its JavaScript.
TERMS = """
const Clutter = imports.gi.Clutter, GLib = imports.gi.GLib;
const icons = () => Object.keys(Main.panel.statusArea).filter(key => key.startsWith('appindicator-'))
    .map(key => Main.panel.statusArea[key]);
const notifications = () => Main.messageTray.getSources().flatMap(source => source.notifications);
const labels = actor => actor.get_children().flatMap(child =>
    (child.visible && child.text ? [child.text] : []).concat(child.visible ? labels(child) : []));
const centre = actor => {
    const [x, y] = actor.get_transformed_position(), [w, h] = actor.get_transformed_size();
    return [x + w / 2, y + h / 2, w, h];
};
const items = menu => menu._getMenuItems().filter(item => item.visible);
"""


class ShellDesktop:
    """GNOME Shell on buses of its own. One for all tests of a program, which is told of by "only"."""

    only = None

    def __init__(self, width=1280, height=800):
        ShellDesktop.only = self
        self.folder = tempfile.mkdtemp(prefix="bw-shell-")
        self.processes = []
        self.log = open(os.path.join(self.folder, "shell.log"), "wb")
        runtime = os.path.join(self.folder, "run")
        os.mkdir(runtime, 0o700)
        self.saved = dict(os.environ)
        for name in ("DISPLAY", "GTK_A11Y", "LANGUAGE", "GTK_THEME", "GSETTINGS_SCHEMA_DIR"):
            os.environ.pop(name, None)
        os.environ.update({
            "HOME": self.folder, "XDG_RUNTIME_DIR": runtime, "XDG_CONFIG_HOME": os.path.join(self.folder, "config"),
            "XDG_DATA_HOME": os.path.join(self.folder, "data"), "XDG_STATE_HOME": os.path.join(self.folder, "state"),
            "XDG_CACHE_HOME": os.path.join(self.folder, "cache"), "XDG_DATA_DIRS": "/usr/local/share:/usr/share",
            "GSETTINGS_BACKEND": "keyfile", "LC_ALL": "en_GB.UTF-8", "TZ": "Europe/Amsterdam", "NO_AT_BRIDGE": "0",
            "XDG_CURRENT_DESKTOP": "GNOME", "XDG_SESSION_TYPE": "wayland", "WAYLAND_DISPLAY": "wayland-0",
            "GDK_BACKEND": "wayland", "GSK_RENDERER": "cairo", "LIBGL_ALWAYS_SOFTWARE": "1", "GIO_USE_VFS": "local",
            "GIO_USE_VOLUME_MONITOR": "unix",
        })
        self.install()
        self.write_settings()
        self.start_buses()
        self.start_shell(width, height)

    # What a packaged Batchwork has in the system's folders

    def install(self):
        data = os.environ["XDG_DATA_HOME"]
        icons = os.path.join(data, "icons", "hicolor", "symbolic", "apps")
        schemas = os.path.join(data, "glib-2.0", "schemas")
        for folder in ("applications", os.path.join("dbus-1", "services"), icons, schemas):
            os.makedirs(os.path.join(data, folder))
        sources = os.path.join(TOP, "data", "icons")
        for name in os.listdir(os.path.join(sources, "tray")):
            shutil.copy(os.path.join(sources, "tray", name), icons)
        scalable = os.path.join(data, "icons", "hicolor", "scalable", "apps")
        os.makedirs(scalable)
        shutil.copy(os.path.join(sources, APP_ID + ".svg"), scalable)
        shutil.copy("/usr/share/icons/hicolor/index.theme", os.path.join(data, "icons", "hicolor"))
        shutil.copy(os.path.join(BUILD_DATA, APP_ID + ".desktop"), os.path.join(data, "applications"))
        shutil.copy(os.path.join(BUILD_DATA, "gschemas.compiled"), schemas)
        # A link, since a build's folder may have a space in its name, at which the bus would cut the command.
        self.program = os.path.join(self.folder, "batchwork")
        os.symlink(shutil.which(BATCHWORK), self.program)
        with open(os.path.join(BUILD_DATA, APP_ID + ".service"), encoding="utf-8") as file:
            service = file.read()
        service = "\n".join(f"Exec={self.program} {line.split(' ', 1)[1]}" if line.startswith("Exec=") else line
                            for line in service.splitlines())
        with open(os.path.join(data, "dbus-1", "services", APP_ID + ".service"), "w", encoding="utf-8") as file:
            file.write(service + "\n")

    @staticmethod
    def write_settings():
        folder = os.path.join(os.environ["XDG_CONFIG_HOME"], "glib-2.0", "settings")
        os.makedirs(folder)
        with open(os.path.join(folder, "keyfile"), "w", encoding="utf-8") as file:
            file.write("""[org/gnome/shell]
disable-user-extensions=false
welcome-dialog-last-shown-version='999'

[org/gnome/desktop/interface]
enable-animations=false
toolkit-accessibility=true

[org/gnome/desktop/session]
idle-delay=uint32 0

[io/github/batchwork/Batchwork]
business='willems'
""")

    def spawn(self, *command, **options):
        process = subprocess.Popen(command, stdout=self.log, stderr=self.log, **options)
        self.processes.append(process)
        return process

    def start_bus(self, *options):
        read, write = os.pipe()
        self.spawn("dbus-daemon", "--nofork", f"--print-address={write}", *options, pass_fds=[write])
        os.close(write)
        with os.fdopen(read) as answer:
            return answer.readline().strip()

    @staticmethod
    def connect(address):
        flags = Gio.DBusConnectionFlags
        return Gio.DBusConnection.new_for_address_sync(
            address, flags.AUTHENTICATION_CLIENT | flags.MESSAGE_BUS_CONNECTION, None, None)

    def start_buses(self):
        os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = self.start_bus("--session")
        self.spawn(sys.executable, "-m", "dbusmock", "--system", "--template", "logind")
        os.environ["DBUS_SESSION_BUS_ADDRESS"] = self.start_bus("--session")
        self.bus = self.connect(os.environ["DBUS_SESSION_BUS_ADDRESS"])
        system = self.connect(os.environ["DBUS_SYSTEM_BUS_ADDRESS"])
        wait(lambda: self.has_name("org.freedesktop.login1", system), "logind")
        keyring = self.spawn("gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets",
                             stdin=subprocess.PIPE)
        keyring.stdin.write(b"keyring")
        keyring.stdin.close()
        wait(lambda: self.has_name("org.freedesktop.secrets"), "the keyring")

    def start_shell(self, width, height):
        self.shell = self.spawn("gnome-shell", "--headless", "--wayland", "--no-x11", "--unsafe-mode",
                                "--virtual-monitor", f"{width}x{height}")
        wait(lambda: self.has_name("org.gnome.Shell") or self.shell.poll() is not None, self.read_log)
        wait(lambda: self.ask("!Main.layoutManager._startingUp && Main.messageTray !== null"), self.read_log)
        # The overview is what a session begins with.
        self.ask("Main.overview.hide(), true")
        wait(lambda: not self.ask("Main.overview.visible"), "the overview to go")
        # Without a keyboard no window is ever active.
        self.ask("""(seat => { globalThis.bwPointer = seat.create_virtual_device(Clutter.InputDeviceType.POINTER_DEVICE);
            globalThis.bwKeyboard = seat.create_virtual_device(Clutter.InputDeviceType.KEYBOARD_DEVICE);
            return true; })(Clutter.get_default_backend().get_default_seat())""")
        # What the shell has to say of sessions like this one.
        self.wait_for("notifications().length === 2", "the shell's own remarks")
        self.clear_notifications()
        Atspi.init()
        Atspi.set_timeout(5000, 20000)
        self.listener = Atspi.EventListener.new(harness.Desktop.take_event)
        for kind in ("object:state-changed", "object:children-changed", "object:property-change", "window"):
            self.listener.register(kind)

    def read_log(self):
        with open(self.log.name, encoding="utf-8", errors="replace") as file:
            return file.read()[-4000:]

    def close(self):
        for process in reversed(self.processes):
            process.terminate()
        for process in reversed(self.processes):
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.log.close()
        os.environ.clear()
        os.environ.update(self.saved)
        shutil.rmtree(self.folder, ignore_errors=True)

    # The bus

    def has_name(self, name, bus=None):
        return (bus or self.bus).call_sync(
            "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameHasOwner",
            GLib.Variant("(s)", [name]), None, 0, -1, None).unpack()[0]

    def call(self, name, path, interface, method, signature=None, *arguments):
        parameters = GLib.Variant(signature, arguments) if signature else None
        return self.bus.call_sync(name, path, interface, method, parameters, None, 0, -1, None)

    # The shell

    def ask(self, expression):
        """The value of an expression in the shell."""
        answer = self.call("org.gnome.Shell", "/org/gnome/Shell", "org.gnome.Shell", "Eval", "(s)",
                           f"(() => {{ {TERMS} return {expression}; }})()")
        done, text = answer.unpack()
        assert done, text
        return json.loads(text) if text else None

    def wait_for(self, expression, what=None):
        return wait(lambda: self.ask(expression), lambda: f"{what or expression}\n{self.read_log()}")

    def picture(self, path):
        self.call("org.gnome.Shell", "/org/gnome/Shell/Screenshot", "org.gnome.Shell.Screenshot", "Screenshot",
                  "(bbs)", False, False, path)

    @staticmethod
    def set(name, value):
        """Changes a setting of the application."""
        subprocess.run(["gsettings", "set", APP_ID, name, value], check=True)

    def set_tray(self, tray):
        """Switches the extension on or off that shows icons in the top bar."""
        self.ask(f"(Main.extensionManager.{'enable' if tray else 'disable'}Extension('{EXTENSION}'), true)")
        wait(lambda: self.has_name("org.kde.StatusNotifierWatcher") == tray, "the tray")

    def place(self, actor):
        """The middle of an actor, once it has come to rest."""
        places = []

        def look():
            place = self.ask(f"(actor => actor && actor.mapped && centre(actor)[2] > 0 ? centre(actor) : null)({actor})")
            places.append(place)
            return place if place and places[-4:] == [place] * 4 else None
        return wait(look, lambda: f"{actor} at rest: {places[-4:]}")

    def click(self, actor):
        """A click of the shell's own pointer in the middle of an actor."""
        x, y, *_ = self.place(actor)
        self.ask("""(() => { const now = () => GLib.get_monotonic_time();
            globalThis.bwPointer.notify_absolute_motion(now(), %f, %f);
            globalThis.bwPointer.notify_button(now(), Clutter.BUTTON_PRIMARY, Clutter.ButtonState.PRESSED);
            globalThis.bwPointer.notify_button(now(), Clutter.BUTTON_PRIMARY, Clutter.ButtonState.RELEASED);
            return true; })()""" % (x, y))

    def press(self, key, modifier=None):
        """A key of the shell's own keyboard, by the name of its symbol."""
        keys = [modifier, key] if modifier else [key]
        codes = ", ".join(f"Clutter.KEY_{name}" for name in keys)
        self.ask(f"""(() => {{ const keys = [{codes}], time = GLib.get_monotonic_time();
            keys.forEach(key => globalThis.bwKeyboard.notify_keyval(time, key, Clutter.KeyState.PRESSED));
            keys.reverse().forEach(key => globalThis.bwKeyboard.notify_keyval(time, key, Clutter.KeyState.RELEASED));
            return true; }})()""")

    def notifications(self):
        """The titles and texts of what the shell keeps, the oldest first."""
        return self.ask("notifications().map(n => [n.title, n.body ?? ''])")

    def wait_notification(self, title):
        """Waits for one; returns its text."""
        wait(lambda: title in [each[0] for each in self.notifications()],
             lambda: f"“{title}” among {self.notifications()}")
        return dict(self.notifications())[title]

    def wait_no_notification(self, title=None):
        wait(lambda: not [each for each in self.notifications() if title in (None, each[0])],
             lambda: f"no “{title}” among {self.notifications()}")

    def clear_notifications(self):
        self.ask("(notifications().forEach(n => n.destroy()), true)")
        self.wait_no_notification()

    def banner(self):
        return "(Main.messageTray._banner ?? null)"

    def wait_banner(self, title):
        """Until the notification is on screen, and not only kept."""
        self.wait_for(f"(b => !!b && b.mapped && labels(b).includes({json.dumps(title)}))({self.banner()})", title)

    def focused_title(self):
        return self.ask("global.display.focus_window ? global.display.focus_window.title : ''")

    def has_icon(self):
        return self.ask("icons().length") == 1

    # The tray's item, as the program offers it

    def item(self, prop):
        return self.call(APP_ID, "/StatusNotifierItem", "org.freedesktop.DBus.Properties", "Get", "(ss)",
                         "org.kde.StatusNotifierItem", prop).unpack()[0]

    def menu_labels(self):
        """What stands in the tray's menu, after it was opened in the shell."""
        return self.ask("items(icons()[0].menu).map(item => item.label ? item.label.text : '')")

    def open_menu(self, click=False):
        """Opens the tray's menu. Of two clicks soon after each other the extension makes a double click."""
        wait(lambda: "Quit" in self.menu_labels(), lambda: f"the menu's entries: {self.menu_labels()}")
        if click:
            self.click("icons()[0]")
        else:
            self.ask("(icons()[0].menu.open(), true)")
        self.wait_for("icons()[0].menu.isOpen", "the menu of the tray")
        self.wait_for("['opacity', 'translation-x', 'translation-y', 'scale-x', 'scale-y'].every("
                      "name => !icons()[0].menu._boxPointer.get_transition(name))", "the menu to be there")

    def choose(self, pattern):
        """Chooses an entry of the tray's menu by a click."""
        self.open_menu()
        entry = f"items(icons()[0].menu).find(item => item.label && /{pattern}/.test(item.label.text))"
        self.wait_for(f"!!{entry}", f"{pattern} in {self.menu_labels()}")
        self.click(entry)

    # Signing in

    def keep_sign_in(self, server, user):
        """Leaves a sign-in in keyring and settings, as one that the user asked to keep."""
        api = server.sign_in(user)
        folder = os.path.join(os.environ["XDG_CONFIG_HOME"], "batchwork")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "servers.ini"), "w", encoding="utf-8") as file:
            file.write(f"[Current]\nServer={server.url}\n\n[{server.url}]\nUser={user}\n")
        secrets, interface = "org.freedesktop.secrets", "org.freedesktop.Secret"
        _, session = self.call(secrets, "/org/freedesktop/secrets", interface + ".Service", "OpenSession", "(sv)",
                               "plain", GLib.Variant("s", "")).unpack()
        attributes = {"xdg:schema": APP_ID, "url": server.url, "user": user}
        properties = {interface + ".Item.Label": GLib.Variant("s", "Batchwork"),
                      interface + ".Item.Attributes": GLib.Variant("a{ss}", attributes)}
        secret = (session, b"", api.token.encode(), "text/plain")
        self.call(secrets, "/org/freedesktop/secrets/aliases/default", interface + ".Collection", "CreateItem",
                  "(a{sv}(oayays)b)", properties, secret, True)
        return api


class ShellApplication:
    """A batchwork that the desktop knows, with or without a window."""

    def __init__(self, desktop, *arguments):
        self.desktop = desktop
        self.log_path = os.path.join(desktop.folder, "batchwork.log")
        self.log = open(self.log_path, "wb")
        self.process = subprocess.Popen([desktop.program, *arguments], stdout=self.log, stderr=self.log)
        wait(lambda: desktop.has_name(APP_ID) or self.process.poll() is not None, self.read_log)
        assert self.process.poll() is None, self.read_log()

    def read_log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def activate(self):
        """What a click on its icon does."""
        self.desktop.call(APP_ID, APP_PATH, "org.freedesktop.Application", "Activate", "(a{sv})", {})
        self.wait_window("^Batchwork$")

    def do(self, action, *parameters):
        self.desktop.call(APP_ID, APP_PATH, "org.freedesktop.Application", "ActivateAction", "(sava{sv})",
                          action, list(parameters), {})

    def root(self):
        desktop = Widget(Atspi.get_desktop(0))
        desktop.accessible.clear_cache()
        for child in desktop.children():
            if child.accessible.get_process_id() == self.process.pid:
                child.accessible.set_cache_mask(Atspi.Cache.ROLE)
                return child
        return None

    def windows(self):
        """The titles of its windows, as the shell knows them."""
        return self.desktop.ask("global.get_window_actors().map(a => a.meta_window)"
                                f".filter(w => w.get_pid() === {self.process.pid}).map(w => w.title)")

    def wait_window(self, pattern):
        self.desktop.wait_for("global.get_window_actors().map(a => a.meta_window)"
                              f".some(w => w.get_pid() === {self.process.pid} && /{pattern}/.test(w.title))",
                              f"a window {pattern}")
        return wait(lambda: self.root() and self.root().find(name=pattern), f"the window {pattern}")

    def wait_focus(self, pattern):
        self.desktop.wait_for(f"!!global.display.focus_window && /{pattern}/.test(global.display.focus_window.title)",
                              f"the focus on {pattern}")

    def close_window(self, pattern):
        """What a click on the cross of a window does."""
        self.desktop.ask("(global.get_window_actors().map(a => a.meta_window)"
                         f".filter(w => /{pattern}/.test(w.title)).forEach(w => w.delete(0)), true)")
        wait(lambda: not any(harness.re.search(pattern, title) for title in self.windows()), f"{pattern} to close")

    def quit(self):
        """Ends it as its own menu does, and checks that it never complained."""
        if self.process.poll() is None:
            self.do("quit")
        self.wait_end()

    def wait_end(self):
        try:
            status = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGABRT)
            self.process.wait()
            raise
        self.log.close()
        log = self.read_log()
        assert status == 0, f"ended with {status}:\n{log}"
        complaints = harness.re.findall(r".*(?:WARNING|CRITICAL|ERROR|runtime error).*", log)
        assert not complaints, "\n".join(complaints)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.log.close()
