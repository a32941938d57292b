import com.zaxxer.hikari.HikariDataSource;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** What the tests have pgjdbc and HikariCP do: `cases`, or `writes ROUTE SECONDS TABLE`. */
final class Exercise {
    interface Case {
        void run() throws Exception;
    }

    private static final List<String> ROUTES =
            List.of("WRITE", "READ", "POOLED_WRITE", "POOLED_READ", "MEMBERS", "MEMBERS_READ");

    public static void main(String[] words) throws Exception {
        if (words[0].equals("cases")) cases();
        else writes(url(words[1]), Double.parseDouble(words[2]), words[3]);
        System.exit(0);
    }

    private static void cases() {
        Map<String, Case> all = new LinkedHashMap<>();
        all.put("open", Exercise::opens);
        all.put("verify", () -> fails("certif", () -> DriverManager.getConnection(url("WRONG_CA"))));
        all.put("prepare", Exercise::prepares);
        all.put("copy", Exercise::copies);
        all.put("notify", Exercise::notifies);
        all.put("cancel", Exercise::cancels);
        all.put("many", Exercise::many);
        all.forEach(
                (name, work) -> {
                    try {
                        work.run();
                        System.out.println("ok " + name);
                    } catch (Throwable error) {
                        System.out.println("FAILED " + name + ": " + error);
                    }
                });
    }

    private static String url(String route) {
        return System.getenv("URL_" + route);
    }

    private static void expect(Object found, Object wanted) {
        if (!wanted.equals(found))
            throw new AssertionError("got " + found + " instead of " + wanted);
    }

    private static void fails(String why, Case work) throws Exception {
        try {
            work.run();
        } catch (Exception error) {
            if (error.toString().contains(why)) return;
            throw error;
        }
        throw new AssertionError("it did not fail");
    }

    private static Object valueOf(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getObject(1);
        }
    }

    private static void opens() throws Exception {
        for (String route : ROUTES)
            try (HikariDataSource source = Database.open(url(route));
                    Connection connection = source.getConnection()) {
                Object found = valueOf(connection, "SELECT pg_is_in_recovery()");
                expect(route + found, route + route.contains("READ"));
            }
    }

    private static void prepares() throws Exception {
        for (String route : List.of("WRITE", "POOLED_WRITE"))
            try (HikariDataSource source = Database.open(url(route));
                    Connection one = source.getConnection();
                    Connection other = source.getConnection()) {
                for (int number = 0; number < 20; number++)
                    for (Connection connection : List.of(one, other)) {
                        // Prepared on the server from the fifth time on.
                        try (PreparedStatement add = connection.prepareStatement("SELECT ? + 1")) {
                            add.setInt(1, number);
                            ResultSet rows = add.executeQuery();
                            rows.next();
                            expect(rows.getInt(1), number + 1);
                        }
                        connection.commit();
                    }
            }
    }

    private static void copies() throws Exception {
        try (HikariDataSource source = Database.open(url("POOLED_WRITE"));
                Connection connection = source.getConnection()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("CREATE TEMP TABLE copied (n int) ON COMMIT DROP");
            }
            StringBuilder lines = new StringBuilder();
            for (int number = 0; number < 1000; number++) lines.append(number).append('\n');
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("COPY copied FROM STDIN", new StringReader(lines.toString()));
            expect(valueOf(connection, "SELECT sum(n) FROM copied"), 499500L);
            connection.commit();
        }
    }

    private static void notifies() throws Exception {
        for (String route : List.of("WRITE", "MEMBERS"))
            try (Connection connection = DriverManager.getConnection(url(route));
                    Statement statement = connection.createStatement()) {
                statement.execute("LISTEN pgjdbc");
                try (Connection other = DriverManager.getConnection(url("POOLED_WRITE"));
                        Statement notify = other.createStatement()) {
                    notify.execute("NOTIFY pgjdbc, 'hello'");
                }
                PGNotification[] found =
                        connection.unwrap(PGConnection.class).getNotifications(5000);
                expect(found.length, 1);
                expect(found[0].getParameter(), "hello");
            }
    }

    private static void cancels() throws Exception {
        for (String route : List.of("WRITE", "POOLED_WRITE", "MEMBERS", "MEMBERS_READ"))
            try (Connection connection = DriverManager.getConnection(url(route));
                    Statement statement = connection.createStatement()) {
                long started = System.nanoTime();
                statement.setQueryTimeout(1);
                fails("cancel", () -> statement.execute("SELECT pg_sleep(30)"));
                if (System.nanoTime() - started > 5_000_000_000L)
                    throw new AssertionError(route + " was not cancelled");
            }
    }

    private static void many() throws Exception {
        List<Connection> opened = new ArrayList<>();
        for (int i = 0; i < 200; i++) opened.add(DriverManager.getConnection(url("POOLED_WRITE")));
        for (Connection connection : opened) {
            expect(valueOf(connection, "SELECT 1"), 1);
            connection.close();
        }
    }

    private static void writes(String url, double seconds, String table) throws Exception {
        HikariDataSource source = Database.open(url);
        String insert = "INSERT INTO " + table + " VALUES (?) ON CONFLICT DO NOTHING";
        System.out.println("started");
        long end = System.nanoTime() + (long) (seconds * 1e9);
        int number = 0;
        while (System.nanoTime() < end) {
            int next = number + 1;
            Database.inTransaction(
                    source,
                    connection -> {
                        try (PreparedStatement statement = connection.prepareStatement(insert)) {
                            statement.setInt(1, next);
                            return statement.executeUpdate();
                        }
                    });
            number = next;
            Thread.sleep(50);
        }
        System.out.println("acknowledged " + number);
    }
}
