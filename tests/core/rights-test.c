/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bw-rights.h"
#include "core-test.h"

static void
test_names (void)
{
  static const char *const permissions[BW_N_PERMISSIONS] = {
    "view-own", "view-all", "view-automated", "submit", "edit",       "retry",
    "cancel",   "delete",   "pause",          "export", "view-audit", "manage"
  };
  static const char *const roles[BW_N_ROLES] = { "owner",        "administrator", "full-user",
                                                 "invoice-user", "viewer",        "staff" };

  for (guint i = 0; i < BW_N_PERMISSIONS; i++)
    {
      BwPermissions permission = 0;

      g_assert_cmpstr (bw_permission_to_string ((BwPermissions) (1u << i)), ==, permissions[i]);
      g_assert_true (bw_permission_from_string (permissions[i], &permission));
      g_assert_cmpuint (permission, ==, 1u << i);
    }
  for (guint i = 0; i < BW_N_ROLES; i++)
    {
      BwRole role = BW_ROLE_OWNER;

      g_assert_cmpstr (bw_role_to_string ((BwRole) i), ==, roles[i]);
      g_assert_true (bw_role_from_string (roles[i], &role));
      g_assert_cmpuint (role, ==, i);
    }
  g_assert_null (bw_permission_to_string (0));
  g_assert_null (bw_permission_to_string (BW_PERMISSION_VIEW_OWN | BW_PERMISSION_EDIT));
}

/* The table of the roles, as users are told it: a letter for what is permitted. */
static void
test_roles (void)
{
  static const struct
  {
    BwRole role;
    const char *may; /* in the order of the permissions */
  } table[] = {
    { BW_ROLE_OWNER, "xxxxxxxxxxxx" },     { BW_ROLE_ADMINISTRATOR, "xxxxxxxxxxxx" },
    { BW_ROLE_FULL_USER, "xxxxxxxxxx.." }, { BW_ROLE_INVOICE_USER, "xx.xxxx..x.." },
    { BW_ROLE_VIEWER, "xxx......x.." },    { BW_ROLE_STAFF, "x..xxxxx.x.." },
  };

  g_assert_cmpuint (G_N_ELEMENTS (table), ==, BW_N_ROLES);
  for (guint i = 0; i < BW_N_ROLES; i++)
    for (guint j = 0; j < BW_N_PERMISSIONS; j++)
      g_assert_cmpint ((bw_role_get_permissions (table[i].role) & (1u << j)) != 0, ==,
                       table[i].may[j] == 'x');
}

static BwMe *
read_me (const char *json)
{
  g_autoptr (BwJsonReader) reader = read_json (json);

  return bw_me_read (reader);
}

static void
test_me (void)
{
  static const char expected[] =
      "{\"user\":{\"id\":7,\"name\":\"Ines\",\"login\":\"ines\"},\"businesses\":[{\"id\":"
      "\"willems\",\"name\":\"Willems & Co\",\"role\":\"invoice-user\",\"role_name\":"
      "\"Invoice user\",\"permissions\":[\"view-own\",\"pause\"]},{\"id\":\"harbour\",\"name\":"
      "\"Harbour\",\"role\":\"night-shift\",\"role_name\":\"Night shift\",\"permissions\":[]}]}";
  g_autoptr (BwMe) me = bw_me_new (7, "ines", "Ines");
  g_autoptr (BwMe) read = NULL;
  g_autoptr (BwJsonWriter) writer = bw_json_writer_new ();
  g_autofree char *json = NULL;
  BwMembership *willems;

  g_ptr_array_add (me->businesses,
                   bw_membership_new ("willems", "Willems & Co", "invoice-user", "Invoice user",
                                      BW_PERMISSION_PAUSE | BW_PERMISSION_VIEW_OWN));
  g_ptr_array_add (me->businesses,
                   bw_membership_new ("harbour", "Harbour", "night-shift", "Night shift", 0));
  bw_json_writer_begin_object (writer, NULL);
  bw_me_write_members (me, writer);
  bw_json_writer_end_object (writer);
  json = bw_json_writer_free_to_string (g_steal_pointer (&writer));
  g_assert_cmpstr (json, ==, expected);

  read = read_me (json);
  g_assert_nonnull (read);
  g_assert_cmpint (read->user_id, ==, 7);
  g_assert_cmpstr (read->login, ==, "ines");
  g_assert_cmpstr (read->name, ==, "Ines");
  willems = bw_me_find (read, "willems");
  g_assert_nonnull (willems);
  g_assert_cmpstr (willems->role, ==, "invoice-user");
  g_assert_cmpstr (willems->role_name, ==, "Invoice user");
  g_assert_cmpuint (willems->permissions, ==, BW_PERMISSION_PAUSE | BW_PERMISSION_VIEW_OWN);
  g_assert_null (bw_me_find (read, "heritage"));
}

static void
test_newer_server (void)
{
  g_autoptr (BwMe) me =
      read_me ("{\"user\":{\"id\":1,\"name\":\"A\",\"photo\":\"x\"},\"more\":[],\"businesses\":"
               "[{\"id\":\"b\",\"name\":\"B\",\"role\":\"auditor\",\"permissions\":[\"fly\","
               "\"view-audit\"]}]}");

  g_assert_nonnull (me);
  g_assert_null (me->login);
  g_assert_cmpstr (bw_me_find (me, "b")->role, ==, "auditor");
  g_assert_cmpstr (bw_me_find (me, "b")->role_name, ==, "auditor");
  g_assert_cmpuint (bw_me_find (me, "b")->permissions, ==, BW_PERMISSION_VIEW_AUDIT);
}

static void
test_wrong (void)
{
  static const char *const wrong[] = {
    "{}",
    "[]",
    "{\"user\":7}",
    "{\"user\":{\"id\":\"7\",\"name\":\"A\"}}",
    "{\"user\":{\"id\":7}}",
    "{\"user\":{\"id\":7,\"name\":\"A\"},\"businesses\":{}}",
    "{\"user\":{\"id\":7,\"name\":\"A\"},\"businesses\":[7]}",
    "{\"user\":{\"id\":7,\"name\":\"A\"},\"businesses\":[{\"id\":\"b\",\"name\":\"B\"}]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_null (read_me (wrong[i]));
}

static void
test_wrong_membership (void)
{
  g_assert_null (read_me ("{\"user\":{\"id\":7,\"name\":\"A\"},\"businesses\":[{\"id\":\"b\","
                          "\"name\":\"B\",\"role\":\"staff\",\"permissions\":[1]}]}"));
  g_assert_null (read_me ("{\"user\":{\"id\":7,\"name\":\"A\"},\"businesses\":[{\"id\":\"b\","
                          "\"name\":\"B\",\"role\":7}]}"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/rights/names", test_names);
  g_test_add_func ("/core/rights/A4-roles", test_roles);
  g_test_add_func ("/core/rights/me", test_me);
  g_test_add_func ("/core/rights/newer-server", test_newer_server);
  g_test_add_func ("/core/rights/wrong", test_wrong);
  g_test_add_func ("/core/rights/wrong-membership", test_wrong_membership);
  return g_test_run ();
}
