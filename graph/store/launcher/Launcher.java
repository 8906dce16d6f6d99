import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilder;
import org.neo4j.graphdb.Result;

/** Runs a Neo4j from a class path: args are its home folder and its configuration file. */
public class Launcher {
    public static void main(String[] args) throws Exception {
        var server = new DatabaseManagementServiceBuilder(Path.of(args[0]))
            .loadPropertiesFromFile(Path.of(args[1]))
            .build();
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdown));
        // The path comes in an environment variable and the password in a file: neither shows in `ps`.
        var password = Files.readString(Path.of(System.getenv("HEADWATER_PASSWORD_FILE"))).strip();
        var system = server.database("system");
        var fresh = system.<Boolean>executeTransactionally(
            "SHOW USERS YIELD user, passwordChangeRequired WHERE user = 'neo4j' AND passwordChangeRequired",
            Map.of(), Result::hasNext);
        if (fresh) {
            system.executeTransactionally(
                "ALTER USER neo4j SET PASSWORD $password CHANGE NOT REQUIRED", Map.of("password", password));
        }
        System.out.println("Headwater: the password is set.");
        Thread.currentThread().join();
    }
}
