/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-config.h"

#include "bw-people-page.h"

#include <glib/gi18n.h>

#include "bw-fiber.h"
#include "bw-format.h"
#include "bw-member-dialog.h"
#include "bw-permission-words.h"
#include "bw-role-dialog.h"
#include "bw-role-words.h"
#include "bw-token-dialog.h"

#define RECORD "bw-record"

/* The server keeps it to the minute. In milliseconds. */
#define JUST_NOW (2 * 60 * 1000)

struct _BwPeoplePage
{
  BwLiveView parent_instance;

  AdwPreferencesGroup *group;
  AdwButtonContent *add_content;

  BwPeopleKind kind;
  GPtrArray *rows; /* of GtkWidget, not owned: those in the group */
};

enum
{
  PROP_0,
  PROP_KIND,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_ENUM_TYPE (BwPeopleKind,
                    bw_people_kind,
                    G_DEFINE_ENUM_VALUE (BW_PEOPLE_MEMBERS, "members"),
                    G_DEFINE_ENUM_VALUE (BW_PEOPLE_ROLES, "roles"),
                    G_DEFINE_ENUM_VALUE (BW_PEOPLE_PROGRAMS, "programs"))
G_DEFINE_FINAL_TYPE (BwPeoplePage, bw_people_page, BW_TYPE_LIVE_VIEW)

/* What is said of each */

static char *
describe_seen (BwTime time)
{
  g_autofree char *when = NULL;

  if (time == BW_TIME_NONE)
    return g_strdup (_ ("not seen yet"));

  if (bw_time_now () - time < JUST_NOW)
    return g_strdup (_ ("seen just now"));

  when = bw_format_time_human (time, bw_time_now ());

  /* Translators: the placeholder is as in "2 minutes ago" */
  return g_strdup_printf (_ ("last seen: %s"), when);
}

static char *
describe_member (gconstpointer record, const char **title, const char **value)
{
  const BwMember *member = record;
  g_autofree char *seen = describe_seen (member->last_seen_at);
  g_autofree char *extra = bw_permissions_describe (member->added);

  *title = member->user_name;
  *value = bw_role_get_title (member->role, member->role_name);
  if (member->added == 0)
    return g_strdup_printf ("%s · %s", member->login, seen);

  /* Translators: a sign-in name, when it was last seen, and permissions that were added */
  return g_strdup_printf (_ ("%s · %s · also: %s"), member->login, seen, extra);
}

static char *
describe_role (gconstpointer record, const char **title, const char **value)
{
  const BwRoleInfo *role = record;

  *title = bw_role_get_title (role->id, role->name);
  *value = role->builtin ? _ ("Built in") : NULL;

  return bw_permissions_describe (role->permissions);
}

static char *
describe_program (gconstpointer record, const char **title, const char **value)
{
  const BwTokenInfo *token = record;
  g_autofree char *seen = describe_seen (token->last_used_at);

  *title = token->name;
  *value = token->kind == BW_ACCOUNT_WORKER ? _ ("Worker") : _ ("Application");
  if (token->created_by == NULL)
    return g_strdup (seen);

  /* Translators: who made a token, and when it was last seen */
  return g_strdup_printf (_ ("made by %s · %s"), token->created_by, seen);
}

/* What is done with each */

static BwFormDialog *
open_member (BwBusiness *business, GPtrArray *roles, gconstpointer record)
{
  return bw_member_dialog_new (business, roles, record);
}

static BwFormDialog *
open_role (BwBusiness *business, GPtrArray *roles, gconstpointer record)
{
  return bw_role_dialog_new (business, record);
}

static BwFormDialog *
open_program (BwBusiness *business, GPtrArray *roles, gconstpointer record)
{
  return bw_token_dialog_new (business, roles, record);
}

/* Programs have a page of their own. */
static gboolean
is_listed (BwPeopleKind kind, gconstpointer record)
{
  return kind != BW_PEOPLE_MEMBERS || ((const BwMember *) record)->kind == BW_ACCOUNT_PERSON;
}

static gboolean
is_changeable (BwPeopleKind kind, gconstpointer record)
{
  return kind != BW_PEOPLE_ROLES || !((const BwRoleInfo *) record)->builtin;
}

static const struct
{
  const char *explanation;
  const char *add;
  DexFuture *(*load) (BwBusiness *business);
  char *(*describe) (gconstpointer record, const char **title, const char **value);
  BwFormDialog *(*open) (BwBusiness *business, GPtrArray *roles, gconstpointer record);
} kinds[] = {
  [BW_PEOPLE_MEMBERS] = { N_ ("Who works here. A role says what somebody may do; single "
                              "permissions "
                              "can be added."),
                          N_ ("Add Person…"), bw_business_list_members, describe_member,
                          open_member },
  [BW_PEOPLE_ROLES] = { N_ ("A role is a named set of permissions."), N_ ("Add Role…"),
                        bw_business_list_roles, describe_role, open_role },
  [BW_PEOPLE_PROGRAMS] = { N_ ("Applications start jobs, workers do them. Each signs in with a "
                               "token "
                               "of its own."),
                           N_ ("Let a Program In…"), bw_business_list_tokens, describe_program,
                           open_program },
};

/* Dialogs */

/* A record to open, or none to add one. The roles to choose from are asked for first. */
typedef struct
{
  BwPeoplePage *self;
  BwBusiness *business;
  GtkWidget *row; /* nullable */
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_object_unref (opening->self);
  g_object_unref (opening->business);
  g_clear_object (&opening->row);
  g_free (opening);
}

/* A role as the server has it now: whether somebody has it may have changed since it was listed.
 * What is in no list any more is shown as it was, and the server says so. */
static gconstpointer
refresh_record (BwPeopleKind kind, GPtrArray *roles, gconstpointer record)
{
  for (guint i = 0; kind == BW_PEOPLE_ROLES && record != NULL && i < roles->len; i++)
    {
      const BwRoleInfo *role = g_ptr_array_index (roles, i);

      if (g_str_equal (role->id, ((const BwRoleInfo *) record)->id))
        return role;
    }

  return record;
}

static DexFuture *
open_fiber (gpointer data)
{
  Opening *opening = data;
  BwPeoplePage *self = opening->self;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) roles =
      dex_await_boxed (bw_business_list_roles (opening->business), &error);
  gconstpointer record =
      opening->row != NULL ? g_object_get_data (G_OBJECT (opening->row), RECORD) : NULL;
  BwFormDialog *dialog;

  if (roles == NULL)
    {
      bw_live_view_toast (BW_LIVE_VIEW (self), error->message);
      return dex_future_new_true ();
    }

  dialog =
      kinds[self->kind].open (opening->business, roles, refresh_record (self->kind, roles, record));
  g_signal_connect_object (dialog, "saved", G_CALLBACK (bw_live_view_reload), self,
                           G_CONNECT_SWAPPED);
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (self));

  return dex_future_new_true ();
}

static void
open_record (BwPeoplePage *self, GtkWidget *row)
{
  Opening *opening = g_new0 (Opening, 1);

  opening->self = g_object_ref (self);
  opening->business = g_object_ref (bw_live_view_get_business (BW_LIVE_VIEW (self)));
  g_set_object (&opening->row, row);
  dex_future_disown (bw_fiber_spawn (open_fiber, opening, opening_free));
}

static void
add_cb (BwPeoplePage *self)
{
  open_record (self, NULL);
}

static void
activated_cb (GtkWidget *row, BwPeoplePage *self)
{
  open_record (self, row);
}

/* Rows */

static GtkWidget *
create_row (BwPeoplePage *self, gconstpointer record)
{
  GtkWidget *row = adw_action_row_new ();
  const char *title;
  const char *value;
  g_autofree char *subtitle = kinds[self->kind].describe (record, &title, &value);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  if (value != NULL)
    {
      GtkWidget *label = gtk_label_new (value);

      gtk_widget_add_css_class (label, "dimmed");
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
    }
  if (is_changeable (self->kind, record))
    {
      adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                                 gtk_image_new_from_icon_name ("go-next-symbolic"));
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      g_signal_connect (row, "activated", G_CALLBACK (activated_cb), self);
    }

  return row;
}

static gpointer
copy_record (BwPeopleKind kind, gconstpointer record)
{
  switch (kind)
    {
    case BW_PEOPLE_ROLES:
      return bw_role_info_copy (record);
    case BW_PEOPLE_PROGRAMS:
      return bw_token_info_copy (record);
    case BW_PEOPLE_MEMBERS:
    default:
      return bw_member_copy (record);
    }
}

static GDestroyNotify
get_free (BwPeopleKind kind)
{
  switch (kind)
    {
    case BW_PEOPLE_ROLES:
      return (GDestroyNotify) bw_role_info_free;
    case BW_PEOPLE_PROGRAMS:
      return (GDestroyNotify) bw_token_info_free;
    case BW_PEOPLE_MEMBERS:
    default:
      return (GDestroyNotify) bw_member_free;
    }
}

static void
bw_people_page_forget (BwLiveView *view)
{
  BwPeoplePage *self = BW_PEOPLE_PAGE (view);

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->group, g_ptr_array_index (self->rows, i));
  g_ptr_array_set_size (self->rows, 0);
}

/* Returns: the place of the row that has the focus; G_MAXUINT for none */
static guint
find_focus (BwPeoplePage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  for (guint i = 0; i < self->rows->len; i++)
    if (focus == g_ptr_array_index (self->rows, i))
      return i;

  return G_MAXUINT;
}

/* Rows are made anew; who goes through them by keyboard stays where they were. */
static void
bw_people_page_take (BwLiveView *view, const GValue *answer)
{
  BwPeoplePage *self = BW_PEOPLE_PAGE (view);
  GPtrArray *records = g_value_get_boxed (answer);
  guint focus = find_focus (self);

  bw_people_page_forget (view);
  for (guint i = 0; i < records->len; i++)
    {
      gconstpointer record = g_ptr_array_index (records, i);
      GtkWidget *row;

      if (!is_listed (self->kind, record))
        continue;
      row = create_row (self, record);
      g_object_set_data_full (G_OBJECT (row), RECORD, copy_record (self->kind, record),
                              get_free (self->kind));
      adw_preferences_group_add (self->group, row);
      g_ptr_array_add (self->rows, row);
    }
  if (focus != G_MAXUINT && self->rows->len > 0)
    gtk_widget_grab_focus (g_ptr_array_index (self->rows, MIN (focus, self->rows->len - 1)));
}

static DexFuture *
bw_people_page_load (BwLiveView *view, BwBusiness *business)
{
  return kinds[BW_PEOPLE_PAGE (view)->kind].load (business);
}

/* A job's change changes nothing here. */
static gboolean
bw_people_page_concerns (BwLiveView *view, const BwEvent *event)
{
  return event->kind == BW_EVENT_RIGHTS;
}

/* The object */

static void
bw_people_page_constructed (GObject *object)
{
  BwPeoplePage *self = BW_PEOPLE_PAGE (object);

  G_OBJECT_CLASS (bw_people_page_parent_class)->constructed (object);

  adw_preferences_group_set_description (self->group, _ (kinds[self->kind].explanation));
  adw_button_content_set_label (self->add_content, _ (kinds[self->kind].add));
}

static void
bw_people_page_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_KIND:
      BW_PEOPLE_PAGE (object)->kind = g_value_get_enum (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
bw_people_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), BW_TYPE_PEOPLE_PAGE);
  if (BW_PEOPLE_PAGE (object)->rows != NULL)
    g_ptr_array_set_size (BW_PEOPLE_PAGE (object)->rows, 0);

  G_OBJECT_CLASS (bw_people_page_parent_class)->dispose (object);
}

static void
bw_people_page_finalize (GObject *object)
{
  g_ptr_array_unref (BW_PEOPLE_PAGE (object)->rows);

  G_OBJECT_CLASS (bw_people_page_parent_class)->finalize (object);
}

static void
bw_people_page_class_init (BwPeoplePageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  BwLiveViewClass *view_class = BW_LIVE_VIEW_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = bw_people_page_constructed;
  object_class->set_property = bw_people_page_set_property;
  object_class->dispose = bw_people_page_dispose;
  object_class->finalize = bw_people_page_finalize;
  view_class->load = bw_people_page_load;
  view_class->take = bw_people_page_take;
  view_class->forget = bw_people_page_forget;
  view_class->concerns = bw_people_page_concerns;

  /**
   * BwPeoplePage:kind:
   *
   * What is listed.
   */
  properties[PROP_KIND] =
      g_param_spec_enum ("kind", NULL, NULL, BW_TYPE_PEOPLE_KIND, BW_PEOPLE_MEMBERS,
                         G_PARAM_WRITABLE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batchwork/Batchwork/bw-people-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BwPeoplePage, group);
  gtk_widget_class_bind_template_child (widget_class, BwPeoplePage, add_content);
  gtk_widget_class_bind_template_callback (widget_class, add_cb);
}

static void
bw_people_page_init (BwPeoplePage *self)
{
  self->rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}
