import './style.css';
import './page.css';
import { showPage } from './page.tsx';

showPage();
